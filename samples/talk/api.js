// HTTP: signs requests, renews the token, waits when told to, and turns problems into words.

const SESSION = 'talk.session';
const TIMEOUT_MS = 15_000;
const RENEW_BEFORE_MS = 30_000;
const ATTEMPTS_MAX = 4;

/** A request that was refused, or never answered (status 0). `message` is one plain sentence for a person. */
export class Problem extends Error {
  constructor(status, body = {}) {
    super(body.detail ?? `The server answered ${status}, and no reason.`);
    this.status = status;
    this.code = body.type?.split('/').pop() ?? '';
  }

  /** Worth another try with the same words: the answer may be lost, or the server busy. */
  get mayPass() { return this.status === 0 || this.status === 429 || this.status >= 500; }
}

const unreachable = () => new Problem(0, { type: '/problems/unreachable', detail: 'The server cannot be reached. Are you online?' });

/** A random uuid of version 4. Not `crypto.randomUUID`, which pages without https or localhost do not have. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export const pause = ms => new Promise(resume => setTimeout(resume, ms));

export class Api {
  #renewal = null;

  /** @param {() => void} ended Called when the session cannot be renewed any more. */
  constructor(ended) {
    this.ended = ended;
    // Of this tab alone: the other window is somebody else.
    this.session = JSON.parse(sessionStorage.getItem(SESSION) ?? 'null');
  }

  register(handle, birthDate) {
    return this.#answered('POST', '/users', { handle, birth_date: birthDate }, { 'Idempotency-Key': newId() });
  }

  async signIn(handle) {
    this.#keep(await this.#answered('POST', '/development/tokens', { handle }));
  }

  async signOut() {
    const left = this.delete('/sessions/current').catch(() => { });
    this.#keep(null);
    await left;
  }

  get = path => this.request('GET', path);
  put = (path, body) => this.request('PUT', path, body);
  patch = (path, body) => this.request('PATCH', path, body);
  delete = path => this.request('DELETE', path);
  post = (path, body, headers) => this.request('POST', path, body, headers);

  /** Signed. An expired token is renewed, once. */
  async request(method, path, body, headers = {}) {
    const token = await this.token();
    try {
      return await this.#answered(method, path, body, { ...headers, Authorization: `Bearer ${token}` });
    } catch (problem) {
      if (problem.status !== 401) throw problem;
      return await this.#answered(method, path, body, { ...headers, Authorization: `Bearer ${await this.renewed(token)}` });
    }
  }

  /** A token that is good for some time yet. */
  async token() {
    if (!this.session) throw new Problem(401, { detail: 'You are not signed in.' });
    return Date.now() > this.session.until - RENEW_BEFORE_MS ? this.renewed(this.session.access_token) : this.session.access_token;
  }

  /** One renewal for all who found this token expired; a refresh token must not be used by two. */
  renewed(expired) {
    if (this.session && this.session.access_token !== expired) return Promise.resolve(this.session.access_token);
    return this.#renewal ??= this.#renew().finally(() => { this.#renewal = null; });
  }

  async #renew() {
    try {
      this.#keep(await this.#answered('POST', '/sessions/refresh', { refresh_token: this.session?.refresh_token ?? '' }));
      return this.session.access_token;
    } catch (problem) {
      if (!problem.mayPass) {
        this.#keep(null);
        this.ended();
      }

      throw problem;
    }
  }

  #keep(tokens) {
    this.session = tokens && { ...tokens, until: Date.now() + tokens.expires_in * 1000 };
    if (tokens) sessionStorage.setItem(SESSION, JSON.stringify(this.session));
    else sessionStorage.removeItem(SESSION);
  }

  /** Every command of this client may be sent twice, so it is, when the server asks to wait. */
  async #answered(method, path, body, headers = {}) {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(path, {
        method,
        headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
        cache: 'no-store',
        credentials: 'omit',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }).catch(() => { throw unreachable(); });
      if ((response.status === 429 || response.status === 503) && attempt < ATTEMPTS_MAX) {
        await pause(Math.min(10, Number(response.headers.get('Retry-After')) || 1) * 1000);
        continue;
      }

      const text = await response.text().catch(() => { throw unreachable(); });
      const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
      const answer = isJson && text ? JSON.parse(text) : null;
      if (!response.ok) throw new Problem(response.status, answer ?? {});
      return answer;
    }
  }
}
