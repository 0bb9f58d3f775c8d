using Microsoft.Playwright;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Wya.Api.Tests;

/// <summary>Two people talk, each in a window of the sample client, in a real browser.</summary>
public sealed class TalkPageTests(SharedApi shared)
{
    [Fact]
    public async Task Two_people_ask_accept_and_talk_live()
    {
        ApiHost api = await shared.Host();
        await using Browser browser = await Browser.Start();
        (string mara, string noor) = (Requests.NewHandle(), Requests.NewHandle());
        TalkWindow hers = await browser.Open(api.Anonymous.BaseAddress!), his = await browser.Open(api.Anonymous.BaseAddress!, isPhone: true, isDark: true);
        await hers.Picture("door-desktop-light");
        await hers.Register(mara);
        await his.Register(noor);
        await Expect(his.Page.Locator("#nothing")).ToBeVisibleAsync();
        await his.Picture("empty-phone-dark");
        await hers.Picture("empty-desktop-light");

        await hers.StartWith(noor);
        await Expect(hers.Page.Locator("#silence")).ToBeVisibleAsync();
        await hers.Say("Are you around?");
        await Expect(hers.Page.Locator("#request-words")).ToContainTextAsync("waits until it is accepted");
        await Expect(hers.Page.Locator("#compose")).ToBeHiddenAsync();

        await Expect(his.Requests).ToHaveCountAsync(1);
        await his.Picture("request-list-phone-dark");
        await his.Requests.ClickAsync();
        await his.Hears("Are you around?");
        await his.Picture("request-phone-dark");
        await his.Page.Locator("#accept").ClickAsync();
        await Expect(his.Requests).ToHaveCountAsync(0);
        await Expect(hers.Page.Locator("#compose")).ToBeVisibleAsync();

        await his.Page.Locator("#text").PressSequentiallyAsync("Yes");
        await Expect(hers.Page.Locator("#typing")).ToHaveTextAsync($"{noor} is typing…");
        await his.Page.Locator("#text").PressAsync("Enter");
        await hers.Hears("Yes");
        await Expect(hers.Page.Locator("#typing")).ToHaveTextAsync("");
        await his.IsState("Yes", "read");

        await hers.Do("Yes", "React with 👍");
        await Expect(his.Message("Yes").Locator(".reaction")).ToHaveTextAsync("👍 1");
        await his.Message("Yes").Locator(".reaction").ClickAsync();
        await Expect(hers.Message("Yes").Locator(".reaction")).ToHaveTextAsync("👍 2");

        await hers.Do("Yes", "Reply");
        await hers.Say("I am at the market");
        await Expect(his.Message("I am at the market").Locator(".quote")).ToHaveTextAsync($"{noor}: Yes");
        await hers.Do("I am at the market", "Edit");
        await hers.Say("I am at the old market");
        await his.Hears("I am at the old market");
        await Expect(his.Message("I am at the old market").Locator(".facts")).ToContainTextAsync("edited");
        await Expect(his.Message("I am at the market")).ToHaveCountAsync(0);

        await hers.Say("Forget this");
        await his.Hears("Forget this");
        await hers.Do("Forget this", "Delete", "Really delete?");
        await his.Hears("This message was deleted.");
        await Expect(his.Message("Forget this")).ToHaveCountAsync(0);

        await his.Picture("talk-phone-dark");
        await his.Page.Locator("#back").ClickAsync();
        await hers.Say("Where are you?");
        await hers.Say("I see you!");
        await Expect(his.Rows.Locator(".badge")).ToHaveTextAsync("2");
        await Expect(his.Page).ToHaveTitleAsync("(2) Talk");
        await his.Picture("list-phone-dark");
        await hers.Picture("talk-desktop-light");
        await his.Rows.ClickAsync();
        await Expect(his.Rows.Locator(".badge")).ToHaveCountAsync(0);
        await hers.IsState("I see you!", "read");
        hers.Errors.ShouldBeEmpty();
        his.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Markup_is_text_and_nothing_of_it_runs()
    {
        ApiHost api = await shared.Host();
        await using Browser browser = await Browser.Start();
        Person mara = await api.NewPerson(), noor = await api.NewPerson();
        await api.HeardFromIdentity();
        await api.BeFriends(mara, noor);
        TalkWindow window = await browser.Open(api.Anonymous.BaseAddress!);
        await window.ComeIn(noor.Handle);
        string[] payloads =
        [
            "<script>window.ran = 1</script>",
            "<img src=x onerror=\"window.ran = 2\">",
            "<svg onload=\"window.ran = 3\"></svg>",
            "\"><iframe srcdoc=\"<script>parent.ran = 4</script>\"></iframe>",
            "<a href=\"javascript:window.ran = 5\">here</a>",
            "{{constructor.constructor('window.ran = 6')()}}",
        ];
        string conversation = (await mara.Client.Send("POST", "/conversations", new { kind = "direct", user_id = noor.Id })).String("conversation_id")!;
        foreach (string payload in payloads)
        {
            await Send(mara, conversation, payload);
        }

        string title = "<b onmouseover=\"window.ran = 7\">group</b>";
        Answer group = await mara.Client.Send("POST", "/conversations", new { kind = "group", user_ids = new[] { noor.Id }, title }, Requests.NewKey());
        group.Status.ShouldBe(201, group.ToString());
        await Expect(window.Rows).ToHaveCountAsync(2);
        await Expect(window.Rows.Filter(new() { HasText = title })).ToHaveCountAsync(1);
        await window.Rows.Filter(new() { HasText = payloads[^1] }).ClickAsync();
        await Expect(window.Words).ToHaveTextAsync(payloads);

        (await window.Page.Locator("#house").Locator("script, img, svg, iframe, a, b").CountAsync()).ShouldBe(0);
        (await window.Page.EvaluateAsync<bool>("'ran' in window")).ShouldBeFalse();
        window.Violations.ShouldBeEmpty();
        IResponse? page = await window.Page.ReloadAsync();
        page!.Headers["content-security-policy"].ShouldContain("script-src 'self'");
        page.Headers["content-security-policy"].ShouldNotContain("unsafe");

        // The guard itself stands: what somebody might write in a later version of the page is refused by the browser.
        (await window.Page.EvaluateAsync<bool>("() => { try { document.body.innerHTML = '<i></i>'; return true; } catch { return false; } }")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_lost_or_doubled_when_the_connection_is_cut_and_the_server_restarts(bool withoutSockets)
    {
        ApiHost api = await shared.Host();
        await using Browser browser = await Browser.Start();
        Person mara = await api.NewPerson(), noor = await api.NewPerson();
        await api.HeardFromIdentity();
        await api.BeFriends(mara, noor);
        string conversation = (await mara.Client.Send("POST", "/conversations", new { kind = "direct", user_id = noor.Id })).String("conversation_id")!;
        List<string> said = [];

        async Task MaraSays(int count)
        {
            for (int i = 0; i < count; i++)
            {
                said.Add($"message {said.Count + 1}");
                await Send(mara, conversation, said[^1]);
            }
        }

        await MaraSays(2);
        await using ApiHost first = await api.StartBeside();
        await using var relay = new Relay(first.Anonymous.BaseAddress!);
        TalkWindow window = await browser.Open(relay.Address, withoutSockets: withoutSockets);
        await window.ComeIn(noor.Handle);
        await window.Rows.ClickAsync();
        await MaraSays(2);
        await Expect(window.Words).ToHaveTextAsync(said.ToArray());

        relay.Cut(first.Anonymous.BaseAddress!); // a cut alone
        await MaraSays(3);
        await window.IsLive();
        await Expect(window.Words).ToHaveTextAsync(said.ToArray());

        relay.Cut(null); // the node goes, and another comes
        await window.IsCutOff();
        await MaraSays(3);
        await window.Say("from noor");
        await Expect(window.Message("from noor").Locator(".state")).ToBeVisibleAsync();
        await using ApiHost second = await api.StartBeside();
        relay.Join(second.Anonymous.BaseAddress!);
        await window.IsLive();
        await window.IsState("from noor", "sent");
        said.Add("from noor");
        await MaraSays(1);
        await Expect(window.Words).ToHaveTextAsync(said.ToArray());

        Answer page = await mara.Client.Send("GET", $"/conversations/{conversation}/messages?limit=100");
        page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("text").GetString()).ShouldBe(said);
        window.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_refused_says_why_and_stays_until_it_is_discarded()
    {
        ApiHost api = await shared.Host();
        await using Browser browser = await Browser.Start();
        Person mara = await api.NewPerson(), noor = await api.NewPerson();
        await api.HeardFromIdentity();
        await api.BeFriends(mara, noor);
        TalkWindow window = await browser.Open(api.Anonymous.BaseAddress!);
        await window.ComeIn(mara.Handle);
        await window.Page.Locator("#find-handle").FillAsync("nobody-" + mara.Handle[..8]);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Talk" }).ClickAsync();
        await Expect(window.Page.Locator("#side-error")).ToHaveTextAsync("There is no such user.");
        await window.StartWith(noor.Handle);
        Guid restriction = await api.Mute(mara.Id);
        await window.Say("Hello?");
        await window.IsState("Hello?", "not sent");
        await Expect(window.Message("Hello?").Locator(".failure")).ToContainTextAsync("You are muted for now");
        await window.Page.ReloadAsync();
        await window.IsState("Hello?", "not sent");
        await api.Reverse(restriction);
        await window.Message("Hello?").GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await window.IsState("Hello?", "sent");
    }

    [Fact]
    public async Task Pages_go_back_to_the_first_message_and_forward_again_and_an_expired_token_is_renewed()
    {
        ApiHost api = await shared.Host();
        await using Browser browser = await Browser.Start();
        Person mara = await api.NewPerson(), noor = await api.NewPerson();
        await api.HeardFromIdentity();
        await api.BeFriends(mara, noor);
        string conversation = (await mara.Client.Send("POST", "/conversations", new { kind = "direct", user_id = noor.Id })).String("conversation_id")!;
        string[] said = [.. Enumerable.Range(1, 130).Select(number => $"message {number}")];
        string first = "";
        foreach (string text in said)
        {
            string id = await Send(mara, conversation, text);
            first = first.Length > 0 ? first : id;
        }

        await Send(mara, conversation, "Do you remember?", first);
        TalkWindow window = await browser.Open(api.Anonymous.BaseAddress!);
        await window.ComeIn(noor.Handle);
        await window.Page.EvaluateAsync(
            "() => { const session = JSON.parse(sessionStorage['talk.session']); session.access_token = 'expired'; sessionStorage['talk.session'] = JSON.stringify(session); }");
        await window.Page.ReloadAsync();
        await window.IsLive();
        await window.Rows.ClickAsync();
        await window.Hears("message 130");
        await Expect(window.Message("message 1")).ToHaveCountAsync(0);

        await window.Message("Do you remember?").Locator(".quote").ClickAsync();
        await window.Hears("message 1");
        await Expect(window.Message("message 130")).ToHaveCountAsync(0);
        for (int shown = await window.Messages.CountAsync(); shown < said.Length + 1; shown = await window.Messages.CountAsync())
        {
            await window.Page.Locator("#scroll").EvaluateAsync("node => { node.scrollTop = node.scrollHeight; }");
            await Expect(window.Messages).Not.ToHaveCountAsync(shown);
        }

        await Expect(window.Words).ToHaveTextAsync([.. said, "Do you remember?"]);
        await window.Page.ReloadAsync();
        await window.Hears("message 130");
        for (int shown = await window.Messages.CountAsync(); shown < said.Length + 1; shown = await window.Messages.CountAsync())
        {
            await window.Page.Locator("#scroll").EvaluateAsync("node => { node.scrollTop = 0; }");
            await Expect(window.Messages).Not.ToHaveCountAsync(shown);
        }

        await Expect(window.Words).ToHaveTextAsync([.. said, "Do you remember?"]);
    }

    private static async Task<string> Send(Person person, string conversation, string text, string? replyTo = null)
    {
        var id = Guid.NewGuid();
        object body = replyTo is null ? new { text } : new { text, reply_to = replyTo };
        Answer sent = await person.Client.Send("PUT", $"/conversations/{conversation}/messages/{id}", body);
        sent.Status.ShouldBe(201, sent.ToString());
        return id.ToString();
    }
}
