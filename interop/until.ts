/** Tries again until it holds. Errors: after `timeoutMs`, that `what` has not come about. */
export async function until<T>(
  what: string,
  timeoutMs: number,
  attempt: () => T | Promise<T>,
): Promise<NonNullable<Exclude<T, false>>> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const value = await attempt();
    if (value !== null && value !== undefined && value !== false) {
      return value as NonNullable<Exclude<T, false>>;
    }
    if (Date.now() > endMs) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
