// The page: shows what chat.js knows, and passes on what a person does. Whatever somebody wrote is put into the page as
// text, never as markup.

import { Api } from './api.js';
import { Chat } from './chat.js';
import { Feed } from './feed.js';
import { messageNode } from './message.js';
import { Overlay } from './overlay.js';

const TYPING_EVERY_MS = 3_000;
const TYPING_ENDS_MS = 4_000;
const NEAR_END_PX = 80;
const PUBLIC_READS = 'talk.public-reads';

const part = id => document.getElementById(id);
const time = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat([], { weekday: 'long', day: 'numeric', month: 'long' });
const shortDay = new Intl.DateTimeFormat([], { day: 'numeric', month: 'short' });

let chat = null;
let feed = null;
let editing = null;
let replying = null;
let shownId = null;
let typingSince = 0;
let typingEnds = 0;
let isDue = false;

const api = new Api(() => leave('Your session has ended. Come in again.'));
const overlay = new Overlay(api, part('overlay'));

// Coming and going

function showDoor(words = '') {
  part('house').hidden = true;
  part('door').hidden = false;
  part('door-error').textContent = words;
  document.title = 'Talk';
}

function leave(words) {
  feed?.stop();
  feed = chat = null;
  overlay.clear();
  history.replaceState(null, '', location.pathname);
  showDoor(words);
}

async function enter() {
  let me;
  try {
    me = await api.get('/me');
  } catch (problem) {
    return showDoor(problem.message);
  }

  chat = new Chat(api, me, { changed: changedSoon, failed: problem => tell('error', problem) });
  const mine = chat;
  feed = new Feed(api, {
    take: (type, data) => overlay.take(type, data) || mine.take(type, data),
    state: (words, isLive) => {
      part('connection').textContent = words;
      part('connection').classList.toggle('live', isLive);
    },
    ended: () => leave('You have been signed out.'),
  });
  part('door').hidden = true;
  part('house').hidden = false;
  part('me').textContent = `@${me.handle}`;
  feed.run();
  overlay.load().catch(() => { }); // without safety there are none, and everything else goes on
  openFromAddress();
}

/** A form's way: one attempt at a time, and what stood in the way said in words. */
function onSubmit(form, errors, work) {
  part(form).addEventListener('submit', async event => {
    event.preventDefault();
    const button = part(form).querySelector('button');
    button.disabled = true;
    part(errors).textContent = '';
    try {
      await work(new FormData(part(form)));
      part(form).reset();
    } catch (problem) {
      tell(errors, problem);
    } finally {
      button.disabled = false;
    }
  });
}

function tell(where, problem) {
  console.debug(problem);
  part(where).textContent = problem.message;
}

const attempt = (where, work) => Promise.resolve().then(work).then(() => { part(where).textContent = ''; }, problem => tell(where, problem));

onSubmit('sign-in', 'door-error', async fields => {
  await api.signIn(fields.get('handle').trim());
  await enter();
});

onSubmit('register', 'door-error', async fields => {
  const handle = fields.get('handle').trim();
  await api.register(handle, fields.get('birth_date'));
  await api.signIn(handle);
  await enter();
});

part('around').addEventListener('click', () => location.assign('around.html'));
part('sign-out').addEventListener('click', () => {
  api.signOut();
  leave('');
});

// Conversations

onSubmit('find', 'side-error', async fields => {
  const handles = [...new Set(fields.get('handles').split(',').map(handle => handle.trim().replace(/^@/, '')).filter(Boolean))];
  if (handles.length) location.hash = await chat.start(handles, handles.length > 1 ? handles.join(', ').slice(0, 100) : undefined);
});

function openFromAddress() {
  const id = decodeURIComponent(location.hash.slice(1)) || null;
  stopBanner();
  part('error').textContent = '';
  chat?.show(id);
}

addEventListener('hashchange', openFromAddress);
part('back').addEventListener('click', () => { location.hash = ''; });
part('more').addEventListener('click', () => chat.more());
part('accept').addEventListener('click', () => attempt('error', () => chat.answerRequest(chat.open.id, true)));
part('decline').addEventListener('click', () => attempt('error', async () => {
  await chat.answerRequest(chat.open.id, false);
  location.hash = '';
}));
part('mute').addEventListener('click', () => attempt('error', () =>
  chat.mute(chat.open.id, !chat.conversations.get(chat.open.id).is_muted)));
part('public-reads').checked = localStorage.getItem(PUBLIC_READS) !== 'no';
part('public-reads').addEventListener('change', event => localStorage.setItem(PUBLIC_READS, event.target.checked ? 'yes' : 'no'));

// Writing

const text = part('text');

function banner(words) {
  part('banner').hidden = !words;
  part('banner-words').textContent = words;
}

function stopBanner() {
  if (editing) text.value = '';
  editing = replying = null;
  banner('');
}

/** What the buttons of a message do. */
const actions = {
  reply(message) {
    [editing, replying] = [null, message];
    banner(`You reply to ${chat.name(message.sender_id)}: ${excerpt(message)}`);
    text.focus();
  },
  edit(message) {
    [editing, replying] = [message, null];
    banner('You change what you wrote.');
    text.value = message.text;
    text.focus();
  },
  delete: message => attempt('error', () => chat.delete(message)),
  react: (message, emoji, isOn) => attempt('error', () => chat.react(message, emoji, isOn)),
  again: waiting => chat.sendAgain(other => other === waiting),
  discard: waiting => chat.discard(waiting),
  jump: id => attempt('error', async () => {
    if (!chat.open.items.has(id)) await chat.page('around', (await chat.find({ conversation_id: chat.open.id, message_id: id })).sequence);
    draw();
    const node = document.querySelector(`[data-message="${CSS.escape(id)}"]`);
    node?.scrollIntoView({ block: 'center' });
    node?.focus();
  }),
};

onSubmit('compose', 'error', async () => {
  const written = text.value;
  if (!written.trim()) return;
  if (editing) {
    await chat.edit(editing, written);
  } else {
    chat.send(written, replying?.message_id); // its state is shown where it stands
    draw();
    toEnd();
  }

  text.value = '';
  stopBanner();
  types(false);
  text.focus();
});

part('banner-cancel').addEventListener('click', stopBanner);
text.addEventListener('keydown', event => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    part('compose').requestSubmit();
  } else if (event.key === 'Escape') {
    stopBanner();
  }
});
text.addEventListener('input', () => types(text.value !== ''));

function types(isTyping) {
  const conversation = chat?.open?.id;
  clearTimeout(typingEnds);
  if (!conversation || editing) return;
  if (isTyping) typingEnds = setTimeout(() => types(false), TYPING_ENDS_MS);
  if (isTyping ? Date.now() - typingSince > TYPING_EVERY_MS : typingSince > 0) {
    feed.typing(conversation, isTyping);
    typingSince = isTyping ? Date.now() : 0;
  }
}

// Reading

const scroll = part('scroll');
const isAtEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX;
const toEnd = () => { scroll.scrollTop = scroll.scrollHeight; };

function markRead() {
  const open = chat?.open;
  if (open?.isLoaded && open.after === undefined && isAtEnd() && document.visibilityState === 'visible') {
    attempt('error', () => chat.read(part('public-reads').checked));
  }
}

const ends = { earlier: 'before', later: 'after' };
const watch = new IntersectionObserver(
  entries => entries.filter(entry => entry.isIntersecting).forEach(entry => chat?.page(ends[entry.target.id])), { root: scroll, rootMargin: '200px' });
for (const id of Object.keys(ends)) part(id).addEventListener('click', () => chat?.page(ends[id]));

/** An observer tells changes alone: an end that is still in view after its page has come would be told no more. */
function watchEnds() {
  for (const [id, direction] of Object.entries(ends)) {
    const from = String(chat.open[direction]);
    if (part(id).dataset.from === from) continue;
    part(id).dataset.from = from;
    watch.unobserve(part(id));
    watch.observe(part(id));
  }
}

scroll.addEventListener('scroll', () => {
  part('newest').hidden = isAtEnd() && chat?.open?.after === undefined;
  markRead();
});
part('newest').addEventListener('click', async () => {
  if (chat.open.after !== undefined) await chat.page('newest');
  draw();
  toEnd();
});
document.addEventListener('visibilitychange', markRead);

// Drawing. Everything is drawn from what chat.js knows; nodes that would not change are kept.

function changedSoon() {
  if (isDue) return;
  isDue = true;
  queueMicrotask(() => {
    isDue = false;
    draw();
  });
}

function draw() {
  if (!chat) return;
  const all = [...chat.conversations.values()].sort((one, other) => (other.active_at ?? '').localeCompare(one.active_at ?? ''));
  const requests = all.filter(chat.isRequest);
  const others = all.filter(conversation => !chat.isRequest(conversation));
  keep(part('requests'), requests, row, conversation => conversation.conversation_id);
  keep(part('conversations'), others, row, conversation => conversation.conversation_id);
  part('requests-part').hidden = requests.length === 0;
  part('nothing').hidden = others.length > 0;
  part('more').hidden = !chat.next;
  const unread = all.filter(conversation => !conversation.is_muted).reduce((sum, conversation) => sum + (conversation.unread ?? 0), 0);
  document.title = unread ? `(${unread}) Talk` : 'Talk';

  const conversation = chat.conversations.get(chat.open?.id);
  part('conversation').hidden = !conversation;
  part('choose').hidden = !!conversation;
  part('house').classList.toggle('inside', !!conversation);
  if (conversation) drawConversation(conversation);
  else shownId = null;
}

function drawConversation(conversation) {
  const isOther = shownId !== conversation.conversation_id;
  shownId = conversation.conversation_id;
  const wasAtEnd = isOther || isAtEnd();
  const [height, top] = [scroll.scrollHeight, scroll.scrollTop];
  const firstBefore = part('messages').firstElementChild;
  part('title').textContent = titleOf(conversation);
  part('mute').textContent = conversation.is_muted ? 'Unmute' : 'Mute';
  part('mute').setAttribute('aria-pressed', String(!!conversation.is_muted));
  const [isRequest, isWaiting] = [chat.isRequest(conversation), chat.isWaiting(conversation)];
  part('request').hidden = !isRequest && !isWaiting;
  part('accept').hidden = part('decline').hidden = !isRequest;
  part('request-words').textContent = isRequest
    ? `${titleOf(conversation)} would like to talk with you. Who asks is not told if you decline.`
    : 'Your first message waits until it is accepted.';
  part('compose').hidden = isWaiting || !!conversation.archived_at;

  const { before, after, isLoaded } = chat.open;
  const messages = chat.shown();
  const waiting = chat.outbox.filter(one => one.conversation_id === conversation.conversation_id);
  const lines = withDays([...messages, ...(after === undefined ? waiting : [])]);
  const lastRead = messages.findLast(message => message.sender_id === chat.me.id && !message.deleted_at && readers(conversation, message).length);
  const context = { chat, actions, excerpt, time, lastRead, readers: message => readers(conversation, message), isGroup: conversation.kind === 'group' };
  keep(part('messages'), lines, line => (line.day ? dayNode(line) : messageNode(line, context)), line => line.day ?? line.message_id,
    line => [line, line.reply_to && chat.open.items.get(line.reply_to), line === lastRead && readers(conversation, line), chat.people.get(line.sender_id)]);
  part('earlier').hidden = before === undefined;
  part('later').hidden = after === undefined;
  part('silence').hidden = !isLoaded || lines.length > 0;
  part('typing').textContent = typists(conversation);
  if (wasAtEnd && after === undefined) toEnd();
  else if (firstBefore && part('messages').firstElementChild !== firstBefore) scroll.scrollTop = top + scroll.scrollHeight - height;
  part('newest').hidden = isAtEnd() && after === undefined;
  watchEnds();
  if (isOther) part(isRequest ? 'accept' : 'title').focus({ preventScroll: true });
  markRead();
}

/** Makes the children of `list` those of `items`. A node is made anew only when what it shows has changed. */
function keep(list, items, make, key, shows = item => item) {
  const keys = new Set(items.map(key));
  [...list.children].filter(node => !keys.has(node.dataset.key)).forEach(node => node.remove());
  const had = new Map([...list.children].map(node => [node.dataset.key, node]));
  let at = list.firstElementChild;
  for (const item of items) {
    const state = JSON.stringify([shows(item), list.id !== 'messages' && chat.open?.id === key(item)]);
    let node = had.get(key(item));
    if (node?.dataset.state !== state) {
      const fresh = make(item);
      Object.assign(fresh.dataset, { key: key(item), state });
      node?.replaceWith(fresh);
      if (node === at) at = fresh;
      node = fresh;
    }

    if (node === at) at = at.nextElementSibling;
    else list.insertBefore(node, at);
  }
}

function row(conversation) {
  const { last_message: last, unread = 0, is_muted: isMuted } = conversation;
  const button = Object.assign(document.createElement('button'), { className: 'row' });
  const piece = (className, words) => button.append(Object.assign(document.createElement('span'), { className, textContent: words }));
  piece('row-title', titleOf(conversation) + (isMuted ? ' (muted)' : ''));
  piece('row-time', conversation.active_at ? when(conversation.active_at) : '');
  piece('row-last', last ? `${last.sender_id === chat.me.id ? 'You: ' : ''}${excerpt(last)}` : 'Nothing said yet');
  if (unread) piece('badge', unread >= 100 ? '100+' : String(unread));
  if (unread) button.lastChild.setAttribute('aria-label', `${unread} unread`);
  if (chat.open?.id === conversation.conversation_id) button.setAttribute('aria-current', 'true');
  button.addEventListener('click', () => { location.hash = conversation.conversation_id; });
  const item = document.createElement('li');
  item.append(button);
  return item;
}

const dayNode = line => Object.assign(document.createElement('li'), { className: 'day', textContent: line.day });

const withDays = messages => messages.flatMap((message, i) => {
  const [today, before] = [message, messages[i - 1]].map(one => one && day.format(new Date(one.sent_at)));
  return today === before ? [message] : [{ day: today }, message];
});

const when = at => (new Date(at).toDateString() === new Date().toDateString() ? time : shortDay).format(new Date(at));

function titleOf(conversation) {
  if (conversation.title) return conversation.title;
  const others = conversation.participants.filter(person => person.user_id !== chat.me.id).map(person => chat.name(person.user_id));
  return conversation.kind === 'direct' ? others[0] ?? 'somebody' : others.join(', ') || 'Only you';
}

function excerpt(message) {
  if (message.is_erased) return 'erased';
  if (message.deleted_at) return 'deleted';
  return message.text ?? message.body?.text ?? (message.ciphertext ? 'encrypted' : message.attachments?.map(one => one.name ?? one.media_type).join(', ') ?? '');
}

const readers = (conversation, message) => conversation.participants
  .filter(person => person.user_id !== chat.me.id
    && (person.read_sequence ?? chat.open.items.get(person.read_message_id)?.sequence ?? 0) >= message.sequence)
  .map(person => chat.name(person.user_id));

function typists(conversation) {
  const names = [...chat.typing.get(conversation.conversation_id)?.keys() ?? []].map(chat.name);
  return names.length === 0 ? '' : names.length === 1 ? `${names[0]} is typing…` : `${names.length} people are typing…`;
}

part('register-birth').max = new Date().toISOString().slice(0, 10);
if (api.session) enter();
else showDoor();
