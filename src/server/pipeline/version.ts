/** The release whose behaviour this server follows, as four-letter words print it. */
export const VERSION = '3.9.5-ensemble';
