using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Xunit;

namespace Wya.Cli.Tests.Analysts;

[Collection(SmallTown.Collection)]
public sealed class ExportEventsTests(SmallTown town) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("wya-export-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Every_event_of_every_log_is_there_once_with_the_same_id_for_the_same_person_and_nothing_that_names_anybody()
    {
        Ran ran = await town.Wya("events", "export", "--to", "ndjson", "--out", Out("all"), "--json");
        ran.ExitCode.ShouldBe(0, ran.Error); // which tells how far it is, when it takes its time
        JsonElement[] events = Lines("all");
        ran.Json.GetProperty("events").GetInt64().ShouldBe(events.Length);
        foreach (DomainDefinition domain in Domains.All)
        {
            long head = await town.Database(domain.Name).Scalar<long>("select position from log.wya_log_head");
            events.Where(one => Text(one, "domain") == domain.Name).Select(one => one.GetProperty("position").GetInt64())
                .ShouldBe(Enumerable.Range(1, (int)head).Select(position => (long)position));
        }

        Guid export = ran.Json.GetProperty("export_id").GetGuid();
        string ada = (await town.Wya("exports", "pseudonym", export.ToString(), SmallTown.Ada.ToString())).Output.Trim();
        JsonElement registered = events.First(one => Text(one, "type") == "user.created");
        (Text(registered, "stream_id"), Text(registered, "actor")).ShouldBe((ada, ada));
        Text(events.First(one => Text(one, "type") == "graph.friend_requested").GetProperty("data"), "user_id").ShouldBe(ada);
        JsonElement sent = events.First(one => Text(one, "type") == "message.sent");
        sent.GetProperty("data").GetRawText().ShouldBe($$"""{"kind": "text","content":"sealed","sender_id":"{{ada}}"}""".Replace("\"kind\": ", "\"kind\":", StringComparison.Ordinal));
        JsonElement reacted = events.First(one => Text(one, "type") == "message.reacted");
        events.Count(one => Text(one, "id") == Text(reacted.GetProperty("data"), "message_id")).ShouldBe(1);
        registered.GetProperty("data").GetRawText().ShouldContain("\"age_layer\":\"adult\"");

        string everything = string.Concat(Directory.GetFiles(Out("all")).Select(File.ReadAllText));
        everything.ShouldNotContain("sealed1:");
        (await Ids()).Where(id => everything.Contains(id.ToString(), StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
        everything.ShouldNotContain("request-");
    }

    [Fact]
    public async Task Once_its_key_is_forgotten_nobody_can_link_its_pseudonyms()
    {
        Ran ran = await town.Wya("events", "export", "--to", "csv", "--out", Out("csv"), "--domain", "identity", "--json");
        string export = ran.Json.GetProperty("export_id").GetString()!;
        (await town.Wya("exports", "list", "--json")).Output.ShouldContain(export);
        await town.Wya("exports", "pseudonym", export, SmallTown.Ada.ToString(), "--actor", "mara", "--reason", "Request 12");
        Ran forgot = await town.Wya("exports", "forget", export, "--json", "--actor", "mara", "--reason", "The study is over");
        (forgot.ExitCode, forgot.Json.GetProperty("domains").GetRawText()).ShouldBe((0, """["identity"]"""));
        Ran refused = await town.Wya("exports", "pseudonym", export, SmallTown.Ada.ToString());
        (refused.ExitCode, refused.Error.Trim()).ShouldBe((1, "The key of that export's pseudonyms was forgotten; nobody can link them to anybody any more."));
        (await town.Wya("exports", "forget", export)).ExitCode.ShouldBe(1);
        (await Recorded(export)).ShouldBe(
        [
            ("forget-export", "done", "The study is over", """{"keys": 1}"""),
            ("show-pseudonym", "done", "Request 12", """{"pseudonyms": 1}"""),
            ("export", "done", "", $$"""{"bytes": {{new FileInfo(Directory.GetFiles(Out("csv"), "*.csv").Single()).Length}}, "files": 1, "events": 12}"""),
            ("export", "ordered", "", """{"to": 12, "from": 1, "positions": 12}"""),
        ]);
        (await town.Wya("events", "export", "--to", "csv", "--out", Out("csv"), "--domain", "identity", "--resume")).ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("--domain identity --from 2 --until 4", "2 3 4")]
    [InlineData("--type user.suspended", "12")]
    [InlineData("--domain identity --as-of 2026-11-01T10:00:00Z", "1 2 3 4")]
    [InlineData("--domain identity --type user.suspended --until 11", "")]
    public async Task A_part_can_be_asked_for(string options, string positions)
    {
        Ran ran = await town.Wya(["events", "export", "--to", "ndjson", "--out", Out("part"), .. options.Split(' ')]);
        ran.ExitCode.ShouldBe(0, ran.Error); // which tells how far it is, when it takes its time
        string.Join(' ', Lines("part").Select(one => one.GetProperty("position").GetInt64())).ShouldBe(positions);
    }

    [Fact]
    public async Task A_killed_export_is_resumed_after_its_last_whole_file_with_the_same_pseudonyms()
    {
        await town.Wya("events", "export", "--to", "ndjson", "--out", Out("killed"), "--domain", "messaging");
        byte[] whole = File.ReadAllBytes(Directory.GetFiles(Out("killed"), "*.ndjson").Single());
        ExportManifest manifest = ExportManifest.Read(Out("killed"))!;
        var small = manifest with { PositionsAFile = 4, Domains = [manifest.Domains[0] with { Files = [] }] };
        small.Write(Out("killed"));
        File.Delete(Directory.GetFiles(Out("killed"), "*.ndjson").Single());
        await town.Wya("events", "export", "--to", "ndjson", "--out", Out("killed"), "--domain", "messaging", "--resume");
        string[] files = [.. Directory.GetFiles(Out("killed"), "*.ndjson").Order()];
        files.Length.ShouldBe(4);

        // As a kill between two files leaves it: one file that no manifest names yet, one half written, one lost.
        ExportManifest later = ExportManifest.Read(Out("killed"))!;
        (later with { Domains = [later.Domains[0] with { Files = [.. later.Domains[0].Files.Take(2)] }] }).Write(Out("killed"));
        File.WriteAllText(files[3] + ".part", "half");
        File.WriteAllText(files[2], "not the whole");
        File.Delete(files[0]);
        Ran resumed = await town.Wya("events", "export", "--to", "ndjson", "--out", Out("killed"), "--domain", "messaging", "--resume");
        resumed.ExitCode.ShouldBe(0, resumed.Error);
        files.SelectMany(File.ReadAllBytes).ShouldBe(whole);
        Directory.GetFiles(Out("killed"), "*.part").ShouldBeEmpty();
        (await town.Wya("events", "export", "--to", "ndjson", "--out", Out("killed"), "--domain", "messaging")).Error.ShouldContain("is not empty");
        (await town.Wya("events", "export", "--to", "csv", "--out", Out("killed"), "--domain", "messaging", "--resume")).Error.ShouldContain("was begun otherwise: as ndjson");
    }

    [Fact]
    public async Task What_is_sealed_is_taken_along_by_who_may_and_opens_no_more_once_somebody_was_erased()
    {
        SmallTown.NeedsDuckDb();
        string[] ask = ["sql", "select revealed('identity', stream_id, data->>'handle') from events where type = 'user.created' and position in (1, 2) order by position", "--export", Out("open"), "--json"];
        string[] make = ["events", "export", "--to", "parquet", "--out", Out("open"), "--domain", "identity", "--reveal", "--reason", "Request of a court"];
        Ran refused = await town.Wya(make);
        (refused.ExitCode, refused.Error).ShouldBe((1, "The database role of ConnectionStrings__identity may not take sealed values along: it lacks the right to execute log.wya_reveal.\n"));
        await town.Database("identity").Execute("grant execute on function log.wya_reveal to test_identity");
        try
        {
            (await town.Wya(make)).ExitCode.ShouldBe(0);
            string[] opened = ["sql", "select handle from user_created where position in (1, 2) order by position", "--export", Out("open"), "--json", "--reveal", "--reason", "Request of a court", "--actor", "mara@example.org"];
            Ran before = await town.Wya(opened);
            (before.Output, before.Error).ShouldBe(("{\"handle\":\"ada\"}\n{\"handle\":\"bo.b\"}\n", ""));
            (await town.Wya(ask)).Error.ShouldContain("revealed"); // without the right there is no such function
            (await Recorded(ExportManifest.Read(Out("open"))!.ExportId.ToString())).Where(done => done.Verb == "reveal")
                .ShouldBe([("reveal", "done", "Request of a court", """{"times": 2}"""), ("reveal", "done", "Request of a court", """{"times": 1}""")]);
            (await town.Database("identity").Scalar<long>("select count(*) from log.wya_reveals where reason = 'Request of a court' and database_role = 'test_identity'")).ShouldBe(2);

            await town.Keys.Subjects.Destroy([SmallTown.Bo], TestContext.Current.CancellationToken);
            (await town.Wya(opened)).Output.ShouldBe("{\"handle\":\"ada\"}\n{\"handle\":null}\n");
        }
        finally
        {
            await town.Database("identity").Execute("revoke execute on function log.wya_reveal from test_identity");
        }
    }

    [Fact]
    public void A_pseudonym_is_the_platforms_hmac_of_the_id()
    {
        byte[] key = Pseudonyms.NewKey();
        var ids = new IdDigest(key);
        Guid[] some = [.. Enumerable.Range(0, IdDigest.Lanes).Select(_ => Guid.NewGuid())], digests = new Guid[IdDigest.Lanes];
        ids.Of(some, digests);
        digests.ShouldBe(some.Select(id => new Guid(HMACSHA256.HashData(key, id.ToByteArray(bigEndian: true)).AsSpan(0, 16), bigEndian: true)));
        using var pseudonyms = new Pseudonyms(key);
        for (int i = 0; i < 100; i++)
        {
            var id = Guid.NewGuid();
            pseudonyms.Of(id.ToString()).ShouldBe(pseudonyms.Of(id));
            pseudonyms.Of(id).Version.ShouldBe(8);
        }
    }

    [Fact]
    public void Every_member_of_every_event_is_known_for_what_it_is() =>
        Should.NotThrow(() => Domains.All.SelectMany(domain => domain.Types.All).Select(PayloadShape.Of).ToArray());

    /// <summary>What the one record of identity's database says of an export, the newest first.</summary>
    private async Task<(string Verb, string Outcome, string Reason, string Numbers)[]> Recorded(string export) =>
    [
        .. (await Operations.Of(town.Database("identity").Log).List()).Where(done => done.Target == $"export {export}")
            .Select(done => (done.Verb, done.Outcome, done.Reason, done.Numbers.GetRawText())),
    ];

    /// <summary>Everything in any log that is a uuid, whatever it stands for.</summary>
    private async Task<IReadOnlyList<Guid>> Ids()
    {
        List<Guid> found = [];
        foreach (DomainDefinition domain in Domains.All)
        {
            await using var connection = new NpgsqlConnection(town.Database(domain.Name).OwnerConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(
                """
                select distinct m[1]::uuid from log.mt_events e,
                  regexp_matches(concat(e.id, ' ', e.stream_id, ' ', e.headers, ' ', regexp_replace(e.data::text, '"sealed1:[^"]*"', '', 'g')), '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g') m
                """,
                connection);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                found.Add(reader.GetGuid(0));
            }
        }

        found.ShouldContain(SmallTown.Ada);
        found.Count.ShouldBeGreaterThan(40);
        return found;
    }

    private string Out(string name) => Path.Combine(folder, name);

    private JsonElement[] Lines(string name) =>
        [.. Directory.GetFiles(Out(name), "*.ndjson").Order().SelectMany(File.ReadLines).Select(line => JsonElement.Parse(line))];

    private static string? Text(JsonElement one, string member) => one.GetProperty(member).GetString();
}
