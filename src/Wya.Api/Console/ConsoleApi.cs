using Wya.Api.Http;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Console;

/// <summary>The API as whoever made this request may use it: with their token, and of moderators with the reason why they look.</summary>
internal sealed class ConsoleApi(OwnApi api)
{
    private HttpContext? http;

    /// <summary>Null on the pages of who is not signed in.</summary>
    public ConsoleSession? Session { get; private set; }

    public void Begin(HttpContext request, ConsoleSession? session) => (http, Session) = (request, session);

    /// <param name="purpose">Why, where what safety holds on others is looked at.</param>
    /// <exception cref="ApiRefused">The answer is a problem.</exception>
    public async Task<T> Get<T>(string address, ViewPurpose? purpose = null)
    {
        Reply reply = await Ask(address, purpose).ConfigureAwait(false);
        return reply.IsGood ? reply.Read<T>() : throw new ApiRefused(reply.Problem);
    }

    public Task<Reply> Ask(string address, ViewPurpose? purpose = null) =>
        Send("GET", address, body: null, purpose is { } why ? new() { ["Wya-Purpose"] = Words.Of(why) } : []);

    /// <summary>For a page that has a form to mend the question by: what is not there, or was asked wrongly, is told on it.</summary>
    /// <exception cref="ApiRefused">The answer is any other problem.</exception>
    public async Task<(T? Answer, ProblemBody? Problem)> Find<T>(string address)
        where T : class
    {
        Reply reply = await Ask(address).ConfigureAwait(false);
        return reply.IsGood ? (reply.Read<T>(), null)
            : reply.Status is StatusCodes.Status400BadRequest or StatusCodes.Status404NotFound or StatusCodes.Status422UnprocessableEntity ? (null, reply.Problem)
            : throw new ApiRefused(reply.Problem);
    }

    /// <param name="key">Of the form, so that what is sent twice is done once.</param>
    public Task<Reply> Do(string method, string address, string? key, object? body = null) =>
        Send(method, address, body, key is null ? [] : new() { [IdempotencyKey.Header] = key });

    private Task<Reply> Send(string method, string address, object? body, Dictionary<string, string> headers) =>
        api.Send(http!, method, address, Session!.Access, body, headers, http!.RequestAborted);
}
