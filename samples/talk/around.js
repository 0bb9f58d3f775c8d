// Who is around, why each is listed, and who can find oneself. Whatever comes from the server is put into the page as text.

import { Api } from './api.js';

const BEAT_EVERY_MS = 35_000;
const GEOHASH = '0123456789bcdefghjkmnpqrstuvwxyz';
const CELL_CHARACTERS = 7;
const TIERS = { immediate: 'very close', nearby: 'close', local: 'in your area', city: 'in your city' };
const KINDS = { friend: 'Friends', friend_of_friend: 'Friends of friends', stranger: 'Others of your age group' };
const SOURCES = { computed: 'As of now', cached: 'As of a moment ago', friends: 'Your friends' };

const part = id => document.getElementById(id);
const api = new Api(() => location.assign('./'));
let cell = null;

function node(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** The cell of a point, as geohash writes it; the point itself goes nowhere. */
function cellOf(latitude, longitude) {
  const ranges = [[-180, 180, longitude], [-90, 90, latitude]];
  let hash = '', digit = 0;
  for (let bit = 0; bit < CELL_CHARACTERS * 5; bit++) {
    const range = ranges[bit % 2];
    const middle = (range[0] + range[1]) / 2;
    const isUpper = range[2] >= middle;
    range[isUpper ? 0 : 1] = middle;
    digit = digit * 2 + (isUpper ? 1 : 0);
    if (bit % 5 === 4) {
      hash += GEOHASH[digit];
      digit = 0;
    }
  }

  return hash;
}

function factorTable(person) {
  const table = node('table', undefined, 'factors');
  for (const factor of [...person.factors, { sentence: 'Together', contribution: person.score }]) {
    const row = table.insertRow();
    row.insertCell().textContent = factor.sentence;
    row.insertCell().textContent = factor.contribution.toFixed(4);
  }

  return table;
}

function personNode(person) {
  const item = node('li', undefined, 'person');
  item.append(node('strong', `@${person.handle}`), node('span', person.explanation, 'explanation'));
  if (person.factors.length > 0) {
    const why = node('details');
    why.append(node('summary', 'Why?'), factorTable(person));
    item.append(why);
  }

  return item;
}

async function look() {
  const query = new URLSearchParams({ order: part('order').value });
  if (part('friends-only').checked) query.set('friends_only', 'true');
  const answer = await api.get(`/discovery?${query}`);
  part('source').textContent = SOURCES[answer.source] + (answer.age_seconds > 0 ? `, ${answer.age_seconds} s old` : '');
  part('note').textContent = answer.note ?? '';
  part('note').hidden = !answer.note;
  part('people').replaceChildren(...answer.items.map(personNode));
  part('end').hidden = answer.items.length === 0;
}

async function lookAtMyself() {
  const { kinds } = await api.get('/me/discovery/visibility');
  part('kinds').replaceChildren(...kinds.map(kind => {
    const item = node('li');
    const how = kind.can_find ? (kind.finest_tier ? `can find you, at most as ${TIERS[kind.finest_tier]}` : 'can find you') : 'cannot find you';
    item.append(node('span', `${KINDS[kind.kind]} ${how}. `, kind.can_find ? 'can' : 'cannot'), node('span', kind.why.join(' ')));
    return item;
  }));
}

async function beat() {
  await api.post('/me/presence/heartbeat', cell ? { position: { cell, source: 'gps' } } : {});
}

async function work(task) {
  try {
    part('error').textContent = '';
    await task();
  } catch (problem) {
    part('error').textContent = problem.message;
  }
}

const refresh = () => work(async () => {
  await look();
  await lookAtMyself();
});

part('talk').addEventListener('click', () => location.assign('./'));
part('again').addEventListener('click', refresh);
part('order').addEventListener('change', refresh);
part('friends-only').addEventListener('change', refresh);
part('here').addEventListener('submit', event => {
  event.preventDefault();
  work(async () => {
    cell = part('cell').value;
    await beat();
    await refresh();
  });
});
part('locate').addEventListener('click', () => navigator.geolocation?.getCurrentPosition(
  place => { part('cell').value = cellOf(place.coords.latitude, place.coords.longitude); },
  () => { part('error').textContent = 'Your device did not say where it is.'; }));
part('findable').addEventListener('change', () => work(async () => {
  const own = await api.get('/me/discovery/preferences');
  await api.put('/me/discovery/preferences', { ...own, findable_by: part('findable').value });
  await lookAtMyself();
}));

if (!api.session) {
  location.assign('./');
} else {
  work(async () => {
    part('findable').value = (await api.get('/me/discovery/preferences')).findable_by;
    await beat();
    await refresh();
  });
  setInterval(() => work(beat), BEAT_EVERY_MS);
}
