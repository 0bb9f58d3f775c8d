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
        string reason = "reason-" + Guid.NewGuid().ToString("n");
        string birthDate = Requests.BirthDate(41);
        Person one = await api.NewPerson(41);
        HttpClient someone = await api.Operator();
        string key = Requests.NewKey();
        await someone.Send("POST", $"/users/{one.Id}/verification?note={one.Handle}", key: key);
        await someone.Send("PUT", $"/users/{one.Id}/suspension", new { until = "2099-01-01T00:00:00Z", reason });
        await one.Client.Send("GET", $"/users/by-handle/{one.Handle}");
        await one.Client.Send("GET", $"/users/{one.Id}/history");
        await one.Client.Send("GET", $"/users/{one.Id}/history?limit=many");
        await api.Anonymous.Send("POST", "/users", new { handle = one.Handle, birth_date = birthDate, more = one.Id }, Requests.NewKey());
        await api.Anonymous.Send("GET", $"/nowhere/{one.Handle}");
        api.With("token-of-" + one.Handle);
        await api.With("token-of-" + one.Handle).Send("GET", $"/users/{one.Id}");
        tracing.ForceFlush();

        string[] secrets = [one.Id.ToString(), one.Id.ToString("n"), one.Handle, reason, birthDate, key, "token-of-"];
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
