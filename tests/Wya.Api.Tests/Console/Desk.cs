using System.Net;
using System.Text.RegularExpressions;

namespace Wya.Api.Tests.Console;

/// <summary>A browser's window without the browser: it keeps cookies, follows nothing by itself, and sends forms.</summary>
internal sealed partial class Desk : IDisposable
{
    private readonly CookieContainer cookies;
    private readonly HttpClient client;

    /// <param name="same">The same window, at another node: its cookies are these.</param>
    public Desk(ApiHost api, Desk? same = null)
    {
        cookies = same?.cookies ?? new CookieContainer();
        Address = api.Anonymous.BaseAddress!;
        client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = Address };
    }

    public const string Root = "/console";

    public const string Moderation = Root + "/moderation";

    public Uri Address { get; }

    public IReadOnlyList<Cookie> Cookies => [.. cookies.GetAllCookies().Cast<Cookie>()];

    public async Task<Answer> Open(string path) => await Read(await client.GetAsync(path));

    /// <summary>As the page of that path gave the form out.</summary>
    public async Task<Answer> Submit(string page, string form, params (string Name, string Value)[] fields) =>
        await Post(form, TokenIn((await Open(page)).Text), fields);

    public async Task<Answer> Post(string form, string? token, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(
            [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), .. token is null ? [] : new[] { KeyValuePair.Create("form_token", token) }]);
        return await Read(await client.PostAsync(form, content));
    }

    public Task<Answer> SignIn(string handle, string password = SignIns.Password) =>
        Submit($"{Root}/sign-in", $"{Root}/sign-in", ("handle", handle), ("password", password));

    public static string TokenIn(string page) => Token().Match(page).Groups["token"].Value;

    public void Dispose() => client.Dispose();

    private static async Task<Answer> Read(HttpResponseMessage message) =>
        new((int)message.StatusCode, await message.Content.ReadAsStringAsync(), message);

    [GeneratedRegex("name=\"form_token\" value=\"(?<token>[^\"]+)\"")]
    private static partial Regex Token();
}
