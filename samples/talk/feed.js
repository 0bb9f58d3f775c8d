// The live feed: over a WebSocket, or, where that does not get through, over server-sent events. Both carry the same
// events in the same order, each with its position, so one may begin where the other was cut off.

import { pause } from './api.js';

const HELLO_MS = 10_000;
const SILENCE_MS = 40_000; // the server's heart beats every 15 s
const WAIT_MIN_MS = 300;
const WAIT_MAX_MS = 15_000;
const FOR_GOOD = new Set(['session_ended', 'barred']);

export class Feed {
  #position = null;
  #socket = null;
  #stop = new AbortController();
  #wake = () => { };

  /**
   * @param {import('./api.js').Api} api
   * @param {{take: (type: string, data: object) => void, state: (words: string, isLive: boolean) => void, ended: () => void}} to
   */
  constructor(api, to) {
    this.api = api;
    this.to = to;
  }

  /** Connects, and connects again, until stopped. */
  async run() {
    addEventListener('online', () => this.#wake(), { signal: this.#stop.signal });
    let misses = 0;
    let bySocket = true;
    while (!this.#stop.signal.aborted) {
      this.to.state(misses === 0 ? 'Connecting…' : 'Offline: trying again…', false);
      const { greeted, reason } = await this.#connected(bySocket);
      if (this.#stop.signal.aborted) return;
      if (FOR_GOOD.has(reason)) return this.to.ended();

      // A proxy may let no WebSocket through: then the other way is next. After that had worked, this one may again.
      bySocket = !bySocket || greeted;
      misses = greeted ? 0 : misses + 1;
      this.to.state('Offline: trying again…', false);
      const wait = Math.min(WAIT_MAX_MS, WAIT_MIN_MS * 2 ** misses) * (0.5 + Math.random() / 2);
      await Promise.race([pause(wait), new Promise(resume => { this.#wake = resume; })]);
    }
  }

  stop() {
    this.#stop.abort();
    this.#socket?.close();
    this.#wake();
  }

  /** Never stored; if it is lost, nothing is. */
  typing(conversation, isTyping) {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ type: 'typing', conversation_id: conversation, is_typing: isTyping }));
    } else {
      this.api.post(`/conversations/${conversation}/typing`, { is_typing: isTyping }).catch(() => { });
    }
  }

  async #connected(bySocket) {
    const connection = { greeted: false, reason: null, beat: () => { } };
    try {
      const token = await this.api.token();
      await (bySocket ? this.#throughSocket(token, connection) : this.#throughStream(token, connection));
    } catch { /* refused, cut, or silent: what was taken is taken */ }
    return connection;
  }

  #throughSocket(token, connection) {
    return new Promise(ended => {
      const address = new URL(`/live/socket${this.#after()}`, location.href);
      address.protocol = address.protocol.replace('http', 'ws');
      // A browser sets no headers on a WebSocket, so the token goes as a subprotocol; it is never in the address.
      const socket = this.#socket = new WebSocket(address, ['wya.v1', `wya.bearer.${token}`]);
      const end = () => {
        clearTimeout(silence);
        if (this.#socket === socket) this.#socket = null;
        socket.close();
        ended();
      };
      let silence = setTimeout(end, HELLO_MS);
      connection.beat = () => {
        clearTimeout(silence);
        silence = setTimeout(end, SILENCE_MS);
      };
      socket.onmessage = message => {
        const { id, type, data } = JSON.parse(message.data);
        this.#take(connection, id, type, data);
        if (type === 'heartbeat') socket.send('{"type":"heartbeat"}');
      };
      socket.onclose = socket.onerror = end;
    });
  }

  async #throughStream(token, connection) {
    const cut = new AbortController();
    this.#stop.signal.addEventListener('abort', () => cut.abort(), { once: true });
    let silence = setTimeout(() => cut.abort(), HELLO_MS);
    connection.beat = () => {
      clearTimeout(silence);
      silence = setTimeout(() => cut.abort(), SILENCE_MS);
    };
    try {
      // Not EventSource, which sends no Authorization header.
      const response = await fetch('/live', {
        headers: {
          Accept: 'text/event-stream',
          Authorization: `Bearer ${token}`,
          ...(this.#position === null ? {} : { 'Last-Event-ID': String(this.#position) }),
        },
        cache: 'no-store',
        credentials: 'omit',
        signal: cut.signal,
      });
      if (response.status === 401) await this.api.renewed(token);
      if (!response.ok) return;
      let rest = '';
      for await (const text of chunks(response.body)) {
        const blocks = (rest + text).replaceAll('\r\n', '\n').split('\n\n');
        rest = blocks.pop();
        for (const block of blocks) {
          const { id, event, data } = fields(block);
          if (data !== undefined) this.#take(connection, id, event ?? 'message', JSON.parse(data));
        }
      }
    } finally {
      clearTimeout(silence);
      cut.abort();
    }
  }

  #after() {
    return this.#position === null ? '' : `?after=${this.#position}`;
  }

  #take(connection, id, type, data) {
    connection.beat();
    switch (type) {
      case 'heartbeat':
        return;
      case 'goodbye':
        connection.reason = data.reason;
        return;
      case 'hello':
        connection.greeted = true;
        this.to.state('Live', true);
        // Where we were is known here alone; what comes next begins there.
        if (this.#position === null || !data.resumed) {
          this.#position = Number(data.position);
          this.to.take('refetch', {});
        }

        this.to.take('hello', data);
        return;
      default:
        if (id !== undefined && id !== null) {
          if (Number(id) <= this.#position) return; // had it already
          this.#position = Number(id);
        }

        this.to.take(type === 'gap' ? 'refetch' : type, data);
    }
  }
}

async function* chunks(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    reader.cancel().catch(() => { });
  }
}

/** The lines of one event: `name: value`; lines of data belong together, a line that begins with a colon says nothing. */
function fields(block) {
  const found = {};
  for (const line of block.split('\n')) {
    const [, name, value] = /^([^:]+): ?(.*)$/.exec(line) ?? [];
    if (name) found[name] = name === 'data' && 'data' in found ? `${found.data}\n${value}` : value;
  }

  return found;
}
