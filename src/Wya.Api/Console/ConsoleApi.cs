using Wya.Api.Http;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Console;

/// <summary>The API as the moderator of this request may use it: with their token, and with the reason why they look.</summary>
internal sealed class ConsoleApi(OwnApi api)
{
    private HttpContext? http;

    /// <summary>Null on the pages of who is not signed in.</summary>
    public ConsoleSession? Session { get; private set; }

    public void Begin(HttpContext request, ConsoleSession? session) => (http, Session) = (request, session);

    /// <exception cref="ApiRefused">The answer is a problem.</exception>
    public async Task<T> Get<T>(string address, ViewPurpose purpose)
    {
        Reply reply = await Ask(address, purpose).ConfigureAwait(false);
        return reply.IsGood ? reply.Read<T>() : throw new ApiRefused(reply.Problem);
    }

    public Task<Reply> Ask(string address, ViewPurpose purpose) => Send("GET", address, body: null, new() { ["Wya-Purpose"] = Words.Of(purpose) });

    /// <param name="key">Of the form, so that what is sent twice is done once.</param>
    public Task<Reply> Do(string method, string address, string? key, object? body = null) =>
        Send(method, address, body, key is null ? [] : new() { [IdempotencyKey.Header] = key });

    private Task<Reply> Send(string method, string address, object? body, Dictionary<string, string> headers) =>
        api.Send(http!, method, address, Session!.Access, body, headers, http!.RequestAborted);
}
