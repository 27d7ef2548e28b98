/**
 * Assertions for programmer errors. Expected failures are `Result` values instead.
 * A failed assertion crashes one server: the host catches `AssertionError` and shows it.
 */

export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/**
 * Throws `AssertionError` unless `condition` holds. Where it runs often, give a message with values
 * in it as a function: a template costs its making even when the assertion holds.
 */
export function assert(condition: unknown, message: string | (() => string)): asserts condition {
  if (!condition) throw new AssertionError(typeof message === 'string' ? message : message());
}

/** Ends an exhaustive switch: the compiler proves that it cannot be reached. */
export function assertNever(value: never): never {
  throw new AssertionError(`unexpected value ${JSON.stringify(value)}`);
}
