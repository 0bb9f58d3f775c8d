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
        foreach ((DomainDefinition domain, NpgsqlConnectionStringBuilder application) in databases)
        {
            int changes = await Apply(domain, admin, application, ct).ConfigureAwait(false);
            answer.Give(
                new { Domain = domain.Name, application.Database, Changes = changes },
                $"{domain.Name}: {(changes == 0 ? "up to date" : Visible.Count(changes, "change"))}");
        }

        return ExitCodes.Done;
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
        DomainDefinition domain, NpgsqlConnectionStringBuilder admin, NpgsqlConnectionStringBuilder application, CancellationToken ct)
    {
        var owner = new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Database = application.Database, Pooling = false };
        try
        {
            await DatabaseServer.Ensure(
                admin.ConnectionString, application.Database!, application.Username!, application.Password!, ct).ConfigureAwait(false);
            return await LogSchema.Migrate(
                owner.ConnectionString, application.Username!, domain.ReadModels, domain.PrepareSql, ct: ct).ConfigureAwait(false);
        }
        catch (PostgresException refused)
        {
            throw new VerbRefusedException(Failures.Sentence(refused, domain.Name), cause: refused);
        }
        catch (NpgsqlException away)
        {
            throw new VerbRefusedException($"The server that {Settings.AdminVariable} names does not answer.", cause: away);
        }
    }
}
