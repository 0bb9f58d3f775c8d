// One message as a node of the page. Only textContent and attributes: markup in a message is text.

const EMOJI = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

function element(name, className, words) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (words !== undefined) node.textContent = words;
  return node;
}

function button(words, className, act) {
  const node = element('button', className, words);
  node.type = 'button';
  node.addEventListener('click', act);
  return node;
}

/** @param message From the API, or one that waits to be sent: then it has a `body` and no sequence. */
export function messageNode(message, { chat, actions, excerpt, time, lastRead, readers, isGroup }) {
  const isOwn = !message.sender_id || message.sender_id === chat.me.id;
  const isSent = message.sequence !== undefined;
  const isGone = message.deleted_at || message.is_erased;
  const node = element('li', `message${isOwn ? ' own' : ''}${isGone ? ' gone' : ''}${message.failure ? ' failed' : ''}`);
  node.dataset.message = message.message_id;
  node.tabIndex = -1;
  if (!isOwn && isGroup) node.append(element('span', 'sender', chat.name(message.sender_id)));
  const replyTo = message.reply_to ?? message.body?.reply_to;
  if (replyTo) node.append(quote(chat.open.items.get(replyTo), replyTo, chat, actions, excerpt));
  node.append(element('p', 'words', words(message)));
  const facts = element('span', 'facts');
  facts.append(element('time', '', time.format(new Date(message.sent_at))));
  facts.firstChild.dateTime = message.sent_at;
  if (message.edited_at && !isGone) facts.append(element('span', '', 'edited'));
  if (!isSent) facts.append(element('span', 'state', message.failure ? 'not sent' : 'sending…'));
  else if (isOwn && !isGone) facts.append(element('span', 'state', message === lastRead ? readBy(readers(message), isGroup) : 'sent'));
  node.append(facts);
  if (message.failure) node.append(failure(message, actions));
  if (message.reactions?.length && !isGone) node.append(reactions(message, chat, actions));
  if (isSent && !isGone) node.append(menu(message, isOwn, chat, actions));
  return node;
}

function words(message) {
  if (message.is_erased) return 'Its author has left this place, and took their words along.';
  if (message.deleted_at) return 'This message was deleted.';
  if (message.ciphertext) return 'This message is encrypted for another client.';
  const attached = message.attachments?.map(one => `📎 ${one.name ?? one.media_type}`) ?? [];
  return [message.text ?? message.body?.text, ...attached].filter(Boolean).join('\n');
}

const readBy = (names, isGroup) => (isGroup ? `read by ${names.join(', ')}` : 'read');

function quote(answered, id, chat, actions, excerpt) {
  const words = answered ? `${chat.name(answered.sender_id)}: ${excerpt(answered)}` : 'Show what this answers';
  return button(words, 'quote', () => actions.jump(id));
}

function failure(message, actions) {
  const node = element('div', 'failure');
  node.append(
    element('span', '', message.failure),
    button('Try again', '', () => actions.again(message)),
    button('Discard', 'quiet', () => actions.discard(message)));
  return node;
}

function reactions(message, chat, actions) {
  const node = element('div', 'reactions');
  for (const { emoji, count, user_ids } of message.reactions) {
    const isOn = user_ids.includes(chat.me.id);
    const one = button(`${emoji} ${count}`, 'reaction', () => actions.react(message, emoji, !isOn));
    one.setAttribute('aria-pressed', String(isOn));
    one.title = user_ids.map(chat.name).join(', ');
    node.append(one);
  }

  return node;
}

function menu(message, isOwn, chat, actions) {
  const node = element('details', 'menu');
  const summary = element('summary', '', '⋯');
  summary.setAttribute('aria-label', 'What you can do with this message');
  const act = (words, work) => button(words, 'quiet', () => {
    node.open = false;
    work();
  });
  const choices = element('div', 'choices');
  for (const emoji of EMOJI) {
    const isOn = message.reactions?.some(one => one.emoji === emoji && one.user_ids.includes(chat.me.id)) ?? false;
    const one = act(emoji, () => actions.react(message, emoji, !isOn));
    one.setAttribute('aria-label', `${isOn ? 'Take back' : 'React with'} ${emoji}`);
    choices.append(one);
  }

  choices.append(act('Reply', () => actions.reply(message)));
  if (isOwn && message.text) choices.append(act('Edit', () => actions.edit(message)));
  if (isOwn) {
    // Said twice, because it cannot be taken back.
    const erase = button('Delete', 'quiet', () => {
      if (erase.textContent !== 'Delete') actions.delete(message);
      else erase.textContent = 'Really delete?';
    });
    choices.append(erase);
  }

  node.append(summary, choices);
  node.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    node.open = false;
    summary.focus();
  });
  return node;
}
