using Microsoft.Playwright;
using Wya.Testing;

namespace Wya.Prove.HostileRooms;

/// <summary>What a browser did with one page.</summary>
/// <param name="Ran">Calls of the sentinel, dialogs, and errors of scripts.</param>
/// <param name="Said">Messages on the console: the page's own, and of what the browser refused to do for it.</param>
/// <param name="Asked">Addresses that it asked for beside the page itself.</param>
/// <param name="Foreign">Elements and attributes that no page of a room has.</param>
/// <param name="Outside">How everything outside the room's root looks, and what lies on top of it.</param>
internal sealed record Sighting(int Ran, IReadOnlyList<string> Said, IReadOnlyList<string> Asked, IReadOnlyList<string> Foreign, string Outside);

/// <summary>Looks at pages with a real browser in which every name but the site's leads to the listener.</summary>
internal sealed class RoomWatch(Chromium chromium) : IAsyncDisposable
{
    private const float PageMilliseconds = 20_000;

    // In the browser's own words: every element, its attributes, and the events that a visitor may cause.
    private const string Foreign =
        """
        () => {
          const elements = new Set('HTML HEAD META TITLE STYLE BODY HEADER B SPAN MAIN DIV SECTION H1 H2 P FIGURE FIGCAPTION IMG UL OL LI SMALL TIME A BLOCKQUOTE AUDIO VIDEO FOOTER'.split(' '));
          const attributes = new Set('class id dir role aria-label aria-hidden href rel target src alt loading decoding referrerpolicy controls preload lang charset name content datetime'.split(' '));
          const found = [];
          for (const element of document.querySelectorAll('*')) {
            if (!elements.has(element.tagName)) found.push('<' + element.tagName + '>');
            for (const { name, value } of element.attributes) {
              if (!attributes.has(name)) found.push(element.tagName + ' ' + name);
              if ((name === 'href' || name === 'src') && !value.startsWith('https://')) found.push(element.tagName + ' ' + name + '=' + value);
            }
          }
          if (document.querySelectorAll('style').length > 3) found.push('a style sheet');
          return found;
        }
        """;

    private const string Provoke =
        """
        () => {
          for (const element of document.querySelectorAll('*'))
            for (const kind of ['mouseover', 'mouseenter', 'focus', 'blur', 'toggle', 'animationstart', 'pointerdown', 'error', 'load', 'scroll'])
              element.dispatchEvent(new Event(kind, { bubbles: true }));
        }
        """;

    private const string Outside =
        """
        () => {
          const properties = ['color', 'background-image', 'background-attachment', 'font-family', 'font-size', 'letter-spacing', 'display', 'visibility', 'opacity', 'position', 'transform', 'z-index',
            'padding', 'margin', 'border', 'outline', 'box-shadow', 'filter', 'clip-path', 'mask', 'overflow', 'pointer-events', 'cursor', 'animation-name', 'text-transform', 'content'];
          const of = (element, pseudo) => { const style = getComputedStyle(element, pseudo); return properties.map(name => style.getPropertyValue(name)).join(';'); };
          const outside = [...document.querySelectorAll('html, body, .frame, .house, .house *')];
          const covered = [...document.querySelectorAll('.house')].map(house => {
            house.scrollIntoView({ block: 'center' });
            return [...house.children].map(child => {
              const box = child.getBoundingClientRect();
              const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
              return house.contains(top) || house.clientHeight === 0 ? 'free' : 'covered';
            });
          });
          return JSON.stringify([outside.map(element => [element.tagName, of(element), of(element, '::before'), of(element, '::after')]), covered]);
        }
        """;

    private IBrowserContext? context;

    /// <param name="mayRun">The page is served without the policy that forbids scripts.</param>
    public async Task<Sighting> Look(Uri page, bool mayRun, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        context ??= await chromium.Browser.NewContextAsync(new() { ViewportSize = new() { Width = 1000, Height = 800 } });
        IPage window = await context.NewPageAsync();
        window.SetDefaultTimeout(PageMilliseconds);
        int ran = 0;
        List<string> said = [], asked = [];
        window.Request += (_, request) =>
        {
            if (request.Url != page.AbsoluteUri)
            {
                asked.Add(request.Url);
            }
        };
        window.Console += (_, message) =>
        {
            if (!message.Location.Contains("/favicon.ico", StringComparison.Ordinal)) // which the browser looks for by itself, once
            {
                said.Add(message.Text);
            }
        };
        window.PageError += (_, _) => ran++;
        window.Popup += (_, _) => ran++;
        window.Dialog += async (_, dialog) =>
        {
            ran++;
            await dialog.DismissAsync();
        };
        await window.ExposeFunctionAsync(HostileCase.Sentinel, (object? _) => { ran++; });
        await window.GotoAsync(page.AbsoluteUri, new() { WaitUntil = WaitUntilState.Load });
        string[] foreign;
        string outside;
        try
        {
            foreign = await window.EvaluateAsync<string[]>(Foreign);
            outside = await window.EvaluateAsync<string>(Outside);
            await window.EvaluateAsync(Provoke);
            if (mayRun)
            {
                // Whatever an event has begun is asked for when the page has had a few more turns. Without scripts there are no turns.
                await window.EvaluateAsync("() => new Promise(done => setTimeout(done, 30))");
            }
        }
        catch (PlaywrightException) // its document is gone: it has led its visitor elsewhere
        {
            ran++;
            (foreign, outside) = (["another page"], "");
        }

        await window.CloseAsync();
        return new Sighting(ran, [.. said], [.. asked], foreign, outside);
    }

    public async ValueTask DisposeAsync()
    {
        if (context is not null)
        {
            await context.DisposeAsync();
        }
    }
}
