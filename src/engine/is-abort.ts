/** True for an error that only says that something was ended on purpose. */
export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
