/** The element id of a cell of the log bars. */
export const cellId = (id: string, zxid: number): string => `log-${id}-${zxid}`;
