using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using Wya.Projections;
using Wya.Projections.Messaging;
using Wya.Projections.Redis;
using Wya.Projections.Rooms.Objects;

namespace Wya.Cli;

/// <summary>What comes from the environment. No value of it is ever shown.</summary>
internal static partial class Settings
{
    public const string AdminVariable = "WYA_POSTGRES";

    public const string KeyRingVariable = "Wya__Keys__File";

    public const string PartitionsVariable = "Wya__Messaging__Partitions";

    /// <summary>As many of messaging's logs as the environment says there are; one where it says nothing that could be meant.</summary>
    public static IReadOnlyList<DomainDefinition> Domains(Func<string, string?> variable) => Projections.Domains.Of(
        int.TryParse(variable(PartitionsVariable), NumberStyles.None, CultureInfo.InvariantCulture, out int partitions) && partitions is > 0 and <= MessagingDomain.PartitionsMax
            ? partitions
            : 1);

    public static string Variable(string domain) => $"ConnectionStrings__{domain}";

    /// <summary>To the domain's database, as its application role.</summary>
    public static NpgsqlConnectionStringBuilder Connection(Surroundings here, string domain) =>
        Parse(Variable(domain), here.Variable(Variable(domain)), $"the {domain} database, as its application role");

    /// <summary>As a role that may create databases and roles.</summary>
    public static NpgsqlConnectionStringBuilder Admin(Surroundings here) =>
        Parse(AdminVariable, here.Variable(AdminVariable), "any database of the server, as a role that may create databases and roles");

    /// <summary>To a Redis, as host:port,password=….</summary>
    public static string Redis(Surroundings here, string name) =>
        here.Variable(Variable(name)) is { Length: > 0 } text && RedisServer.IsConnectionString(text)
            ? text
            : throw new VerbRefusedException(
                $"{Variable(name)} is not set, or not a connection string to the {name} Redis, as 127.0.0.1:6379,password=….");

    /// <summary>Where the versions of rooms are kept: as the API is told.</summary>
    public static IObjects Objects(Surroundings here)
    {
        string? bucket = Given(here, "Wya__S3__Bucket"), folder = Given(here, "Wya__Rooms__Folder");
        return (bucket, folder) switch
        {
            ({ } name, null) => new S3Objects(new S3Settings(
                Given(here, "Wya__S3__Endpoint"), Given(here, "Wya__S3__Region") ?? "us-east-1", name, Needed(here, "Wya__S3__AccessKey"), Needed(here, "Wya__S3__SecretKey"))),
            (null, { } path) => new FolderObjects(path),
            _ => throw new VerbRefusedException("Set one of Wya__Rooms__Folder and Wya__S3__Bucket: where the versions of rooms are kept."),
        };
    }

    private static string? Given(Surroundings here, string variable) => here.Variable(variable) is { Length: > 0 } text ? text : null;

    private static string Needed(Surroundings here, string variable) =>
        Given(here, variable) ?? throw new VerbRefusedException($"{variable} is not set; Wya__S3__Bucket needs it.");

    /// <summary>Whether it can stand in SQL as it is, as a database or a role.</summary>
    public static bool IsPlainName(string? name) => name is not null && PlainName().IsMatch(name);

    private static NpgsqlConnectionStringBuilder Parse(string variable, string? text, string whereTo)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new VerbRefusedException(
                $"{variable} is not set: a connection string to {whereTo}, as Host=127.0.0.1;Port=5432;Database=…;Username=…;Password=….");
        }

        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException)
        {
            throw new VerbRefusedException(
                $"{variable} is not a connection string in Npgsql's format (Host=…;Port=…;Database=…;Username=…;Password=…).", cause: malformed);
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}$")]
    private static partial Regex PlainName();
}
