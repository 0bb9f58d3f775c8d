using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Api.Identity;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

public sealed class ExportMyDataTests(SharedApi shared)
{
    private static readonly DateTimeOffset Until = new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    [Trait("seed", "A1")]
    public async Task A_person_downloads_everything_on_them_and_nothing_on_anybody_else()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson(41, "moderate");
        Person other = await api.NewPerson();
        HttpClient someone = await api.Operator();
        await api.Suspend(one.Id, Until);
        await new PostgresLog(api).Suspend(other.Id, Until, "For the other.");

        Answer export = await one.Client.Send("GET", "/me/export");

        export.Status.ShouldBe(200, export.Text);
        export.Message.Content.Headers.ContentDisposition!.FileName.ShouldBe("wya-export.json");
        export.Text.ShouldEndWith(",\"complete\":true}");
        export.String("format").ShouldBe("wya-export");
        export.Json.GetProperty("user_id").GetGuid().ShouldBe(one.Id);
        JsonElement identity = export.Json.GetProperty("domains").GetProperty("identity");
        JsonElement[] events = [.. identity.GetProperty("events").EnumerateArray()];
        events.Select(fact => fact.GetProperty("type").GetString()).ShouldBe(["user.created", "user.permission_granted", "user.suspended"]);
        events.Select(fact => fact.GetProperty("by").GetString()).ShouldBe(["you", "somebody else", "system"]);
        events[0].GetProperty("data").GetProperty("birth_date").GetString().ShouldBe(Requests.BirthDate(41));
        events[2].GetProperty("data").GetProperty("reason").GetString().ShouldBe(EnforceActions.Reason);
        identity.GetProperty("users")[0].GetProperty("handle").GetString().ShouldBe(one.Handle);
        identity.GetProperty("permissions")[0].GetProperty("capability").GetString().ShouldBe("moderate");
        export.Text.ShouldNotContain("sealed1:");
        export.Text.ShouldNotContain(other.Id.ToString());
        export.Text.ShouldNotContain(other.Handle);
        export.Text.ShouldNotContain("For the other.");
        export.Text.ShouldNotContain((await someone.Send("GET", "/me")).Id.ToString());
    }

    [Fact]
    public async Task The_document_has_the_shape_that_is_documented()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        JsonElement export = (await one.Client.Send("GET", "/me/export")).Json;
        JsonElement schema = JsonElement.Parse(await File.ReadAllTextAsync(
            Path.Combine(ReferenceTests.FindRoot(), "docs/reference/export.schema.json"), TestContext.Current.CancellationToken));
        string page = await File.ReadAllTextAsync(
            Path.Combine(ReferenceTests.FindRoot(), "docs/reference/export.md"), TestContext.Current.CancellationToken);

        Names(export).ShouldBe(Names(schema.GetProperty("properties")));
        JsonElement documented = schema.GetProperty("properties").GetProperty("domains").GetProperty("properties");
        Names(export.GetProperty("domains")).ShouldBe(Names(documented));
        foreach (JsonProperty domain in export.GetProperty("domains").EnumerateObject())
        {
            Names(domain.Value).ShouldBe(Names(documented.GetProperty(domain.Name).GetProperty("properties")));
            Names(domain.Value).ShouldAllBe(section => page.Contains($"`{section}`", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Without_a_token_there_is_nothing_to_export()
    {
        ApiHost api = await shared.Host();
        (await api.Anonymous.Send("GET", "/me/export")).Problem.ShouldBe("unauthenticated");
    }

    [Fact]
    public async Task Exports_are_rare()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings => settings["Wya:Limits:ExportsPerHour"] = "2");
        Person one = await api.NewPerson();
        Person other = await api.NewPerson();

        (await one.Client.Send("GET", "/me/export")).Status.ShouldBe(200);
        (await one.Client.Send("GET", "/me/export")).Status.ShouldBe(200);
        Answer third = await one.Client.Send("GET", "/me/export");

        third.Problem.ShouldBe("too-many-requests");
        third.Header("Retry-After").ShouldNotBeNull();
        (await other.Client.Send("GET", "/me/export")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_export_that_breaks_off_cannot_be_taken_for_a_whole_one()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        PostgresLog identity = new(api);
        for (int i = 0; i < 300; i++)
        {
            await identity.Suspend(one.Id, Until.AddDays(i), new string('r', 200));
        }

        await Eventually.Is(
            async () => await api.Database.Scalar<long>($"select count(*) from account_history where user_id = '{one.Id}'") == 301, "the history is there");
        string detail = await api.Database.Scalar<string>($"select detail::text from account_history where user_id = '{one.Id}' and version = 1");
        await api.Database.Execute($"""
            update account_history a set detail = b.detail from account_history b
            where a.user_id = '{one.Id}' and a.version = 1 and b.user_id <> a.user_id and b.what = 'user.created'
              and b.detail ->> 'handle' like 'sealed1:%';
            update account_history set detail = jsonb_set(detail, array['handle'], to_jsonb(replace(detail ->> 'handle', split_part(detail ->> 'handle', ':', 2), '{one.Id:n}')))
            where user_id = '{one.Id}' and version = 1
            """);

        using HttpResponseMessage answer = await one.Client.GetAsync("/me/export", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK); // it had begun
        await Should.ThrowAsync<HttpRequestException>(() => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await Eventually.Is(() => api.Log.Text.Contains("An export broke off.", StringComparison.Ordinal), "the log says so");
        api.Log.Text.ShouldNotContain(one.Handle);

        // Another test compares the table with what the log says.
        await api.Database.Execute($"update account_history set detail = '{detail}' where user_id = '{one.Id}' and version = 1");
    }

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    private sealed class PostgresLog(ApiHost api)
    {
        private readonly IdentityLog identity = api.Services.GetRequiredService<IdentityLog>();

        public Task<Transacted<User>> Suspend(Guid id, DateTimeOffset until, string reason) => identity.Store.Transact(
            User.Stream, id, _ => new UserSuspended(until, new Sensitive<string>(id, reason)),
            CommandMetadata.System(Guid.CreateVersion7()));
    }
}
