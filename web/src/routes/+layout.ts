// A single page for all addresses; the server only answers with data.
export const ssr = false;
export const prerender = false;
export const trailingSlash = 'never';
