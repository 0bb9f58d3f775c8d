namespace Wya.Api.Tests;

/// <summary>What a client holds after signing in.</summary>
public sealed record SignedIn(Guid User, string Handle, Guid Session, string Access, string Refresh, HttpClient Client);

public static class SignIns
{
    public const string Password = "correct horse battery staple";

    public static Task<Answer> RegisterWithPassword(this HttpClient client, string handle, string? password = Password, string? key = null) =>
        client.Send("POST", "/users", new { handle, birth_date = Requests.BirthDate(30), password }, key ?? Requests.NewKey());

    public static Task<Answer> SignIn(this HttpClient client, string handle, string password = Password, string? label = null) =>
        client.Send("POST", "/sessions", label is null ? new { handle, password } : new { handle, password, label });

    public static Task<Answer> Refresh(this HttpClient client, string refreshToken) =>
        client.Send("POST", "/sessions/refresh", new { refresh_token = refreshToken });

    /// <summary>Somebody new with a session, and no password: a hash is slow on purpose.</summary>
    public static async Task<SignedIn> NewSession(this ApiHost api)
    {
        Answer registered = await api.Anonymous.Register(Requests.NewHandle());
        return await api.AnotherSession(registered.Id, registered.String("handle")!);
    }

    public static Task<SignedIn> AnotherSession(this ApiHost api, SignedIn who) => api.AnotherSession(who.User, who.Handle);

    /// <summary>Somebody new, who has just signed in with a password.</summary>
    public static async Task<SignedIn> NewSignedIn(this ApiHost api, string? label = null)
    {
        Answer registered = await api.Anonymous.RegisterWithPassword(Requests.NewHandle());
        return await api.SignedInAgain(registered.Id, registered.String("handle")!, label);
    }

    public static Task<SignedIn> SignedInAgain(this ApiHost api, SignedIn who, string? label = null) => api.SignedInAgain(who.User, who.Handle, label);

    private static async Task<SignedIn> SignedInAgain(this ApiHost api, Guid user, string handle, string? label) =>
        Of(api, user, handle, await api.Anonymous.SignIn(handle, label: label));

    private static async Task<SignedIn> AnotherSession(this ApiHost api, Guid user, string handle) =>
        Of(api, user, handle, await api.Anonymous.Send("POST", "/development/tokens", new { handle }));

    private static SignedIn Of(ApiHost api, Guid user, string handle, Answer opened) => opened.Status is 200 or 201
        ? new SignedIn(
            user,
            handle,
            opened.Json.GetProperty("session_id").GetGuid(),
            opened.String("access_token")!,
            opened.String("refresh_token")!,
            api.With(opened.String("access_token")))
        : throw new InvalidOperationException(opened.ToString());
}
