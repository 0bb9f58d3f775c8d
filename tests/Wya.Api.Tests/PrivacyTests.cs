using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Shouldly;
using Wya.Api.Operation;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Neither logs nor traces name a person, even when everything is switched to its most talkative.</summary>
public sealed class PrivacyTests
{
    [Fact]
    public async Task Logs_and_spans_hold_no_ids_no_handles_and_no_bodies()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        var spans = new CollectedSpans();
        using TracerProvider tracing = Telemetry.Tracing(ResourceBuilder.CreateDefault()).AddProcessor(spans).Build();
        await using ApiHost api = await ApiHost.Start(settings =>
        {
            settings["Logging:LogLevel:Default"] = "Trace";
            settings["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace";
            settings["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace";
            settings["Logging:Console:LogLevel:Default"] = "None";
        });
        string contact = $"contact-{Guid.NewGuid():n}@example.org";
        string birthDate = Requests.BirthDate(41);
        Person one = await api.NewPerson(41);
        HttpClient someone = await api.Operator();
        string key = Requests.NewKey();
        await someone.Send("POST", $"/users/{one.Id}/verification?note={one.Handle}", key: key);
        await one.Client.Send("PUT", "/me/contact-address", new { contact_address = contact });
        await api.Suspend(one.Id);
        await one.Client.Send("GET", $"/users/by-handle/{one.Handle}");
        await one.Client.Send("GET", $"/users/{one.Id}/history");
        await one.Client.Send("GET", $"/users/{one.Id}/history?limit=many");
        await api.Anonymous.Send("POST", "/users", new { handle = one.Handle, birth_date = birthDate, more = one.Id }, Requests.NewKey());
        await api.Anonymous.Send("GET", $"/nowhere/{one.Handle}");
        api.With("token-of-" + one.Handle);
        await api.With("token-of-" + one.Handle).Send("GET", $"/users/{one.Id}");
        string password = "password-" + Guid.NewGuid().ToString("n");
        string label = "label-" + Guid.NewGuid().ToString("n");
        string handle = Requests.NewHandle();
        await api.Anonymous.RegisterWithPassword(handle, password);
        Answer session = await api.Anonymous.SignIn(handle, password, label);
        session.Status.ShouldBe(201);
        await api.Anonymous.SignIn(handle, "not-" + password);
        Answer next = await api.Anonymous.Refresh(session.String("refresh_token")!);
        await api.Anonymous.Send("POST", "/sessions", $$"""{"handle": "{{handle}}", "password": "{{password}}", "password": "x"}""");
        HttpClient signedIn = api.With(next.String("access_token"));
        await signedIn.Send("PUT", "/me/password", new { password = "new-" + password, current_password = password });
        await signedIn.Send("DELETE", $"/me/sessions/{session.String("session_id")}");
        (await api.Anonymous.Refresh(session.String("refresh_token")!)).Problem.ShouldBe("refresh-token-invalid");
        await api.With(next.String("access_token") + "x").Send("GET", "/me");
        tracing.ForceFlush();

        string[] secrets =
        [
            one.Id.ToString(), one.Id.ToString("n"), one.Handle, contact, birthDate, key, "token-of-",
            password, label, handle, session.String("session_id")!, session.String("refresh_token")!, next.String("refresh_token")!,
            .. session.String("access_token")!.Split('.')[1..], .. next.String("access_token")!.Split('.')[1..],
        ];
        string everySpan = string.Join('\n', spans.Lines);
        everySpan.ShouldContain("GET /users/by-handle/{handle}"); // the search does find what is there
        everySpan.ShouldContain("Npgsql");
        api.Log.Text.ShouldContain("Hosting");
        foreach (string secret in secrets)
        {
            everySpan.ShouldNotContain(secret);
            api.Log.Text.ShouldNotContain(secret);
        }
    }

    private sealed class CollectedSpans : BaseProcessor<Activity>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public override void OnEnd(Activity data) => Lines.Enqueue(
            $"{data.Source.Name} {data.OperationName} {data.DisplayName} {data.StatusDescription} "
            + string.Join(' ', data.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))
            + string.Join(' ', data.Events.SelectMany(one => one.Tags.Select(tag => $"{one.Name}.{tag.Key}={tag.Value}")))
            + string.Join(' ', data.Baggage.Select(item => $"{item.Key}={item.Value}")));
    }
}
