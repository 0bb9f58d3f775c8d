using Npgsql;
using Shouldly;
using Wya.Api.Tests.Safety;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Testing;
using Wya.Testing.Postgres;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>An API whose databases of identity, graph and safety have a standby.</summary>
public sealed class StandbyHouse : IAsyncLifetime
{
    private static readonly string[] Replicated = ["identity", "graph", "safety"];

    private ReplicaSet? set;
    private ApiHost? api;

    public ApiHost Api => api!;

    public PostgresMember Standby => set!.Standbys.Single();

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip || PostgresPrograms.MaySkip, $"{TestPostgres.Variable} is not set, or there are no programs of PostgreSQL.");
        set = await ReplicaSet.Start(
            2,
            async primary =>
            {
                foreach (DomainDefinition domain in Domains.All.Where(domain => Replicated.Contains(domain.Name)))
                {
                    await DatabaseServer.Ensure(primary.AdminConnectionString, domain.Name, $"{domain.Name}_app", "test-only");
                    await LogSchema.Migrate(
                        new NpgsqlConnectionStringBuilder(primary.AdminConnectionString) { Database = domain.Name }.ConnectionString,
                        $"{domain.Name}_app", [.. domain.Kept], domain.PrepareSql, isChained: domain.IsChained);
                }
            },
            isSynchronous: false,
            "fsync=off max_connections=200");
        api = await ApiHost.Start(settings =>
        {
            foreach (string domain in Replicated)
            {
                settings[$"ConnectionStrings:{domain}"] = set.Reach(
                    new NpgsqlConnectionStringBuilder { Database = domain, Username = $"{domain}_app", Password = "test-only" }.ConnectionString);
            }
        });
    }

    /// <summary>It is asked until the standby has been, which shows in what its sessions asked last.</summary>
    public Task IsReadFromStandby(string domain, string words, Func<Task<Answer>> ask) => Eventually.Is(
        async () =>
        {
            (await ask()).Status.ShouldBe(200);
            return await Standby.Scalar<bool>($"select exists (select from pg_stat_activity where datname = '{domain}' and query like '%{words}%' and pid <> pg_backend_pid())");
        },
        $"the standby of {domain} is asked for {words}");

    /// <summary>What the standby shows while this is done is what was before.</summary>
    public async Task WhileItStandsStill(Func<Task> act)
    {
        await Standby.Scalar<string>("select pg_wal_replay_pause()::text");
        try
        {
            await Eventually.Is(() => Standby.Scalar<bool>("select pg_get_wal_replay_pause_state() = 'paused'"), "it stands still");
            await act();
        }
        finally
        {
            await Standby.Scalar<string>("select pg_wal_replay_resume()::text");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (api is not null)
        {
            await api.DisposeAsync();
        }

        if (set is not null)
        {
            await set.DisposeAsync();
        }
    }
}

/// <summary>Some reads are answered by a standby; never an older state than was asked for, and never what only the primary may decide.</summary>
public sealed class StandbyReadTests(StandbyHouse house) : IClassFixture<StandbyHouse>
{
    [Fact, Trait("seed", "V1")]
    public async Task Identity_reads_what_happened_from_a_standby_and_never_before_what_was_asked_for()
    {
        Person mara = await house.Api.NewPerson(), olga = await house.Api.NewPerson(30, "operate");
        string address = $"/users/{mara.Id}/history";
        await house.IsReadFromStandby("identity", "public.account_history%order by version desc", () => mara.Client.Send("GET", address));
        await house.IsReadFromStandby("identity", "public.permission_audit", () => olga.Client.Send("GET", "/audit/permissions"));

        await house.WhileItStandsStill(async () =>
        {
            Answer done = await (await house.Api.Operator()).Send("POST", $"/users/{mara.Id}/verification", key: Requests.NewKey());

            Answer history = await mara.Client.Send("GET", address, position: done.Position);

            history.Status.ShouldBe(200, history.Text);
            history.Text.ShouldContain("user.verified");
            Number(history.Position).ShouldBeGreaterThanOrEqualTo(Number(done.Position));

            // Who may ask is not read there: what was taken from them this moment is taken.
            (await (await house.Api.Operator()).Send("DELETE", $"/users/{olga.Id}/permissions/operate")).Status.ShouldBeInRange(200, 204);
            (await olga.Client.Send("GET", "/audit/permissions")).Status.ShouldBe(403);
        });
        await Eventually.Is(async () => (await mara.Client.Send("GET", address)).Text.Contains("user.verified", StringComparison.Ordinal), "it goes on");
    }

    [Fact, Trait("seed", "V2")]
    public async Task A_standby_proposes_edges_and_the_primary_decides_who_is_shown()
    {
        Person mara = await house.Api.NewPerson(), juno = await house.Api.NewPerson();
        Answer followed = await juno.Client.Send("PUT", $"/me/following/{mara.Id}");
        (await mara.Client.Send("GET", "/me/graph", position: followed.Position)).Text.ShouldContain(juno.Id.ToString());
        await house.IsReadFromStandby("graph", "graph_projection_epoch", () => mara.Client.Send("GET", "/me/graph"));

        await house.WhileItStandsStill(async () =>
        {
            Answer blocked = await juno.Client.Send("PUT", $"/me/blocks/{mara.Id}");
            blocked.Status.ShouldBeInRange(202, 204);

            // The standby has the edge still.
            (await mara.Client.Send("GET", "/me/graph")).Text.ShouldNotContain(juno.Id.ToString());
            (await juno.Client.Send("GET", "/me/graph", position: blocked.Position)).Json.GetProperty("blocks")[0].GetGuid().ShouldBe(mara.Id);
        });
    }

    [Fact, Trait("seed", "V3")]
    public async Task Safety_counts_on_a_standby_and_records_who_looked_on_the_primary()
    {
        Person ada = await house.Api.NewPerson(30, "moderate");
        await house.IsReadFromStandby("safety", "public.decisions", () => ada.Looks("/moderation/figures", "quality_review"));
        await house.IsReadFromStandby("safety", "public.decisions%limit", () => ada.Looks("/moderation/statements", "quality_review"));

        await house.WhileItStandsStill(async () =>
        {
            Answer figures = await ada.Looks("/moderation/figures", "legal");

            figures.Status.ShouldBe(200);
            (await ada.Looks("/moderation/audit", "quality_review")).Text.ShouldContain("legal"); // never read there
        });
    }

    private static long Number(string? position) => long.Parse(position!.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
}
