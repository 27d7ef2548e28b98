/** Props of what scrolls and holds nothing to focus: it must be reachable by keyboard. */
export const SCROLLABLE = { tabIndex: 0 } as const;
