using System.CommandLine;
using Npgsql;
using Wya.EventStore.Postgres;
using Wya.Projections;

namespace Wya.Cli;

/// <summary>Creates and upgrades every domain's database, on a server where it may.</summary>
internal static class Migrate
{
    public static Verb Verb(Surroundings here)
    {
        Option<string?> domain = SharedOptions.Domain(here, "Only this domain's database.");
        var verb = new Verb(
            "migrate",
            "Creates what is missing of the domains' databases, roles, schemas and tables, and upgrades what is there. Safe to run again.",
            "wya migrate",
            "wya migrate --domain identity --json")
        {
            domain,
        };
        verb.SetAction((parsed, ct) => Run(here, parsed.GetValue(domain), new Answer(here, parsed.GetValue(SharedOptions.Json)), ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, string? only, Answer answer, CancellationToken ct)
    {
        NpgsqlConnectionStringBuilder admin = Settings.Admin(here);

        // All settings are looked at before anything is changed.
        (DomainDefinition Domain, NpgsqlConnectionStringBuilder Application)[] databases =
            [.. here.Domains.Where(domain => only is null || domain.Name == only).Select(domain => (domain, Application(here, domain.Name)))];
        NpgsqlConnectionStringBuilder? keys = only is null ? Application(here, KeysSchema.Name) : null;
        foreach ((DomainDefinition domain, NpgsqlConnectionStringBuilder application) in databases)
        {
            Tell(domain.Name, application, await Apply(domain.Name, admin, application, owner => LogSchema.Migrate(
                owner, application.Username!, domain.Kept, domain.PrepareSql, isChained: domain.IsChained, ct: ct), ct).ConfigureAwait(false));
        }

        if (keys is not null)
        {
            Tell(KeysSchema.Name, keys, await Apply(
                KeysSchema.Name, admin, keys, owner => KeysSchema.Migrate(owner, keys.Username!, ct), ct).ConfigureAwait(false));
        }

        return ExitCodes.Done;

        void Tell(string name, NpgsqlConnectionStringBuilder application, int changes) => answer.Give(
            new { Domain = name, application.Database, Changes = changes },
            $"{name}: {(changes == 0 ? "up to date" : Visible.Count(changes, "change"))}");
    }

    private static NpgsqlConnectionStringBuilder Application(Surroundings here, string domain)
    {
        NpgsqlConnectionStringBuilder application = Settings.Connection(here, domain);
        if (!Settings.IsPlainName(application.Database) || !Settings.IsPlainName(application.Username) || string.IsNullOrEmpty(application.Password))
        {
            throw new VerbRefusedException(
                $"{Settings.Variable(domain)} must name a Database and a Username, each of lower-case letters, digits and underscores, and a Password.");
        }

        return application;
    }

    private static async Task<int> Apply(
        string name, NpgsqlConnectionStringBuilder admin, NpgsqlConnectionStringBuilder application, Func<string, Task<int>> migrate, CancellationToken ct)
    {
        var owner = new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Database = application.Database, Pooling = false };
        try
        {
            await DatabaseServer.Ensure(
                admin.ConnectionString, application.Database!, application.Username!, application.Password!, ct).ConfigureAwait(false);
            return await migrate(owner.ConnectionString).ConfigureAwait(false);
        }
        catch (TableOfOtherBuildException other)
        {
            throw new VerbRefusedException(
                $"{name}: {other.Message} This release cannot upgrade it: begin with a new database (in a checkout: ./dev reset). Nothing was changed.",
                cause: other);
        }
        catch (PostgresException refused)
        {
            throw new VerbRefusedException(Failures.Sentence(refused, name), cause: refused);
        }
        catch (NpgsqlException away)
        {
            throw new VerbRefusedException($"The server that {Settings.AdminVariable} names does not answer.", cause: away);
        }
    }
}
