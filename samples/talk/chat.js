// What this person sees: their conversations, the part of one that is open, and what waits to be sent. Knows no page.

import { newId, pause } from './api.js';

const PAGE = 40;
const LIST = 50;
const UNREAD_MAX = 100; // this many, or more
const TYPING_MS = 6_000;
const SEND_ATTEMPTS_MAX = 5;

export class Chat {
  /** By id, as the API gives them. Requests to this person are among them: see `isRequest`. */
  conversations = new Map();

  /** Handles by user id; null for people who are gone. */
  people = new Map();

  /** The open conversation: messages by id, and where the pages before and after them begin. */
  open = null;

  /** Whoever types, by conversation: Map of user id to the timer that ends it. */
  typing = new Map();

  /** Where the list of conversations goes on. */
  next = null;

  #order = Promise.resolve();
  #sending = new Set();

  /** @param {{changed: () => void, failed: (problem: Error) => void}} to */
  constructor(api, me, to) {
    this.api = api;
    this.me = me;
    this.to = to;
    this.people.set(me.id, me.handle);
    // Of this tab: what was not sent yet outlives a reload. The ids with it, so nothing is said twice.
    this.outboxKey = `talk.outbox.${me.id}`;
    this.outbox = JSON.parse(sessionStorage.getItem(this.outboxKey) ?? '[]');
  }

  /** An event of the feed. Waits for what is being fetched, so that it always meets a state that is older than itself. */
  take(type, data) {
    if (type === 'typing') return this.#types(data);
    if (type === 'hello') return this.sendAgain(waiting => waiting.isPassing);
    return this.#inOrder(() => this.#apply(type, data));
  }

  show(id) {
    this.open = id && { id, items: new Map(), before: undefined, after: undefined, isLoaded: false };
    this.to.changed();
    return this.#inOrder(async () => {
      if (this.open?.id !== id || !id) return;
      if (!this.conversations.has(id)) await this.#refresh(id);
      if (this.conversations.has(id)) await this.#fill('');
    });
  }

  /** The page before or after what is there, or the one around a message. */
  page(direction, around) {
    return this.#inOrder(async () => {
      const open = this.open;
      if (direction === 'around') return this.#fill(`around=${around}&`);
      if (direction === 'newest') return this.#fill('');
      if (open?.[direction] === undefined) return;
      const page = await this.api.get(`/conversations/${open.id}/messages?${direction}=${open[direction]}&limit=${PAGE}`);
      if (this.open !== open) return;
      open[direction] = page[direction];
      page.items.forEach(message => open.items.set(message.message_id, message));
      await this.#name(page.items);
    });
  }

  more() {
    return this.#inOrder(() => this.#list(this.next));
  }

  async start(handles, title) {
    const users = await Promise.all(handles.map(handle => this.api.get(`/users/by-handle/${encodeURIComponent(handle)}`)));
    users.forEach(user => this.people.set(user.id, user.handle));
    const started = users.length === 1
      ? await this.api.post('/conversations', { kind: 'direct', user_id: users[0].id })
      : await this.api.post('/conversations', { kind: 'group', user_ids: users.map(user => user.id), title }, { 'Idempotency-Key': newId() });
    await this.#inOrder(() => this.#refresh(started.conversation_id));
    return started.conversation_id;
  }

  async answerRequest(id, accept) {
    await this.api.put(`/conversations/${id}/request`, { accept });
    if (accept) await this.#inOrder(() => this.#refresh(id));
    else this.#forget(id);
  }

  async mute(id, isMuted) {
    await this.api[isMuted ? 'put' : 'delete'](`/conversations/${id}/mute`);
    await this.#inOrder(() => this.#refresh(id));
  }

  edit(message, text) {
    return this.api.patch(this.#path(message), { text }).then(edited => this.#replace(edited));
  }

  delete(message) {
    return this.api.delete(this.#path(message)).then(() => this.#inOrder(() => this.#apply('message.deleted', message)));
  }

  react(message, emoji, isOn) {
    const path = `${this.#path(message)}/reactions/${encodeURIComponent(emoji)}`;
    return (isOn ? this.api.put(path) : this.api.delete(path))
      .then(() => this.#inOrder(() => this.#apply(isOn ? 'message.reacted' : 'message.reaction_removed', { ...message, emoji, sender_id: this.me.id })));
  }

  find = message => this.api.get(this.#path(message));

  /** All up to the newest one that is shown. */
  async read(isPublic) {
    const conversation = this.conversations.get(this.open?.id);
    const last = this.shown().findLast(message => message.sender_id !== this.me.id);
    if (!conversation || !last || last.sequence <= (conversation.read_sequence ?? 0)) return;
    Object.assign(conversation, { read_sequence: last.sequence, unread: 0, mentions: 0 });
    this.to.changed();
    await this.api.put(`/conversations/${conversation.conversation_id}/read`, { message_id: last.message_id, is_public: isPublic });
  }

  /** The id is made here, once: however often the message goes out, it arrives once. */
  send(text, replyTo) {
    const conversation = this.conversations.get(this.open.id);
    const named = new Set(text.match(/@[^\s@]+/g)?.map(word => word.slice(1).toLowerCase()));
    const mentions = conversation.participants.filter(person => person.user_id !== this.me.id && named.has(person.handle?.toLowerCase()));
    this.outbox.push({
      message_id: newId(),
      conversation_id: this.open.id,
      body: { text, reply_to: replyTo, mentions: mentions.length ? mentions.map(person => person.user_id) : undefined },
      sent_at: new Date().toISOString(),
    });
    this.#keepOutbox();
    if (this.open.after !== undefined) this.page('newest');
    return this.#sendAll(this.open.id);
  }

  sendAgain(which) {
    this.outbox.filter(which).forEach(waiting => { waiting.failure = undefined; waiting.isPassing = false; });
    new Set(this.outbox.map(waiting => waiting.conversation_id)).forEach(id => this.#sendAll(id));
  }

  discard(waiting) {
    this.outbox = this.outbox.filter(other => other !== waiting);
    this.#keepOutbox();
  }

  /** The messages that are shown, in their order. */
  shown() {
    return [...this.open?.items.values() ?? []].sort((one, other) => one.sequence - other.sequence);
  }

  isRequest = conversation => conversation.request?.state === 'waiting' && conversation.request.by !== this.me.id;

  isWaiting = conversation => conversation.request?.state === 'waiting' && conversation.request.by === this.me.id;

  name = id => this.people.get(id) ?? (id === undefined ? 'somebody' : 'somebody who has left');

  /** One after the other: fetching what is there, and applying what happens. */
  #inOrder(work) {
    const done = this.#order.then(work).then(() => this.to.changed());
    this.#order = done.catch(() => { });
    return done.catch(problem => this.to.failed(problem));
  }

  async #apply(type, data) {
    if (type === 'refetch') {
      await this.#list(null);
      if (this.open?.isLoaded && this.conversations.has(this.open.id)) await this.#fill('');
      return;
    }

    if (!type.startsWith('message.')) return type.startsWith('conversation.') ? this.#refresh(data.conversation_id) : undefined;
    const conversation = this.conversations.get(data.conversation_id) ?? await this.#refresh(data.conversation_id);
    const message = this.open?.id === data.conversation_id ? this.open.items.get(data.message_id ?? data.message?.message_id) : undefined;
    if (!conversation) return;
    switch (type) {
      case 'message.sent': {
        this.#types({ ...data, user_id: data.message.sender_id, is_typing: false });
        await this.#name([data.message]);
        this.#arrived(conversation, data.message);
        return;
      }
      case 'message.edited':
        return this.#replace(data.message);
      case 'message.deleted': {
        const { text, ciphertext, attachments, mentions, reactions, ...rest } = message ?? {};
        if (message) this.open.items.set(rest.message_id, { ...rest, deleted_at: rest.deleted_at ?? new Date().toISOString() });
        return this.#refresh(data.conversation_id); // it may have counted as unread, or stood in the list
      }
      case 'message.reacted':
      case 'message.reaction_removed': {
        if (!message) return;
        await this.#name([data]);
        const others = (message.reactions ?? []).map(({ emoji, user_ids }) => ({
          emoji, user_ids: emoji === data.emoji ? user_ids.filter(id => id !== data.sender_id) : user_ids,
        }));
        if (type === 'message.reacted') {
          const same = others.find(({ emoji }) => emoji === data.emoji);
          if (same) same.user_ids.push(data.sender_id);
          else others.push({ emoji: data.emoji, user_ids: [data.sender_id] });
        }

        message.reactions = others.filter(({ user_ids }) => user_ids.length).map(one => ({ ...one, count: one.user_ids.length }));
        return;
      }
      case 'message.read': {
        if (data.sender_id === this.me.id) return this.#refresh(data.conversation_id); // in another window of ours
        const reader = conversation.participants.find(person => person.user_id === data.sender_id);
        if (reader) reader.read_message_id = data.message_id;
        if (reader && message) reader.read_sequence = message.sequence;
        return;
      }
    }
  }

  #arrived(conversation, message) {
    const isNew = message.sequence > (conversation.last_message?.sequence ?? 0);
    if (isNew) {
      conversation.last_message = message;
      conversation.active_at = message.sent_at;
      if (message.sender_id !== this.me.id && message.sequence > (conversation.read_sequence ?? 0)) {
        conversation.unread = Math.min(UNREAD_MAX, (conversation.unread ?? 0) + 1);
      }
    }

    this.outbox = this.outbox.filter(waiting => waiting.message_id !== message.message_id);
    this.#keepOutbox();
    const open = this.open;
    // Only where the newest are shown; otherwise it comes with its page.
    if (open?.id === message.conversation_id && open.isLoaded && open.after === undefined) open.items.set(message.message_id, message);
  }

  #replace(message) {
    const conversation = this.conversations.get(message.conversation_id);
    if (conversation?.last_message?.message_id === message.message_id) conversation.last_message = message;
    if (this.open?.items.has(message.message_id)) this.open.items.set(message.message_id, message);
    this.to.changed();
  }

  async #list(cursor) {
    const [page, requests] = await Promise.all([
      this.api.get(`/conversations?limit=${LIST}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`),
      this.api.get(`/conversations?limit=${LIST}&requests=true`),
    ]);
    const opened = this.conversations.get(this.open?.id);
    if (!cursor) this.conversations.clear();
    [...page.items, ...requests.items].forEach(conversation => this.#hold(conversation));
    if (opened && !this.conversations.has(this.open?.id)) await this.#refresh(opened.conversation_id); // further down the list
    this.next = page.next ?? null;
    await this.#name([...this.conversations.values()].map(conversation => conversation.last_message).filter(Boolean));
  }

  async #refresh(id) {
    try {
      const conversation = await this.api.get(`/conversations/${id}`);
      this.#hold(conversation);
      return conversation;
    } catch (problem) {
      if (problem.status !== 404) throw problem;
      this.#forget(id); // left, blocked, or another age: as if there had never been one
    }
  }

  #hold(conversation) {
    this.conversations.set(conversation.conversation_id, conversation);
    conversation.participants.forEach(person => this.people.set(person.user_id, person.handle ?? null));
  }

  #forget(id) {
    this.conversations.delete(id);
    if (this.open?.id === id) this.open = null;
    this.to.changed();
  }

  async #fill(where) {
    const open = this.open;
    const page = await this.api.get(`/conversations/${open.id}/messages?${where}limit=${PAGE}`);
    if (this.open !== open) return;
    open.items = new Map(page.items.map(message => [message.message_id, message]));
    Object.assign(open, { before: page.before, after: page.after, isLoaded: true });
    this.outbox = this.outbox.filter(waiting => !open.items.has(waiting.message_id));
    await this.#name(page.items);
  }

  /** Lists carry a few participants of a group; the others are asked for when they have something to say. */
  async #name(sayings) {
    const unknown = new Set(sayings.map(saying => saying.sender_id).filter(id => id && !this.people.has(id)));
    await Promise.all([...unknown].map(async id => {
      this.people.set(id, (await this.api.get(`/users/${id}`).catch(() => null))?.handle ?? null);
    }));
  }

  /** In the order in which they were written, one at a time. */
  async #sendAll(id) {
    if (this.#sending.has(id)) return;
    this.#sending.add(id);
    this.to.changed();
    try {
      for (let next; (next = this.outbox.find(waiting => waiting.conversation_id === id && !waiting.failure));) await this.#sendOne(next);
    } finally {
      this.#sending.delete(id);
      this.#keepOutbox();
    }
  }

  async #sendOne(waiting) {
    for (let attempt = 1; ; attempt++) {
      try {
        const { body, failure, isPassing, ...sent } = waiting;
        const answer = await this.api.put(this.#path(waiting), body);
        const conversation = this.conversations.get(waiting.conversation_id);
        if (conversation) this.#arrived(conversation, { ...sent, ...body, ...answer, kind: 'text', sender_id: this.me.id });
        this.discard(waiting);
        if (conversation?.request) await this.#inOrder(() => this.#refresh(waiting.conversation_id));
        return;
      } catch (problem) {
        if (!problem.mayPass || attempt === SEND_ATTEMPTS_MAX) {
          waiting.failure = problem.message;
          waiting.isPassing = problem.mayPass ?? false;
          this.#keepOutbox();
          return;
        }

        await pause(250 * 2 ** attempt);
      }
    }
  }

  #types({ conversation_id, user_id, is_typing }) {
    const typists = this.typing.get(conversation_id) ?? new Map();
    clearTimeout(typists.get(user_id));
    typists.delete(user_id);
    if (is_typing && user_id !== this.me.id) {
      typists.set(user_id, setTimeout(() => this.#types({ conversation_id, user_id, is_typing: false }), TYPING_MS));
    }

    this.typing.set(conversation_id, typists);
    this.to.changed();
  }

  #path = message => `/conversations/${message.conversation_id}/messages/${message.message_id}`;

  #keepOutbox() {
    sessionStorage.setItem(this.outboxKey, JSON.stringify(this.outbox));
    this.to.changed();
  }
}
