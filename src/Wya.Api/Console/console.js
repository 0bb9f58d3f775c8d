// Looks again every few seconds and puts in what is new. A part that holds the keyboard's focus stays as it is until it holds
// it no more; nobody looks while the page is not seen.
const every = 5000;

async function look() {
  const state = document.getElementById('live-state');
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { redirect: 'manual' });
      if (answer.type === 'opaqueredirect') {
        location.reload(); // the session is over: the reload leads to the sign-in
        return;
      }
      if (!answer.ok) throw new Error(answer.status);
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const part of document.querySelectorAll('[data-live]')) {
        const fresh = next.getElementById(part.id);
        if (fresh && !part.contains(document.activeElement)) part.replaceChildren(...fresh.childNodes);
      }
      state.textContent = 'Looks again every 5 seconds.';
    } catch {
      state.textContent = 'There was no answer; what you see is older. It is tried again.';
    }
  }
  setTimeout(look, every);
}

setTimeout(look, every);
