using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Options and arguments that several verbs take, each spelt and explained once.</summary>
internal static class SharedOptions
{
    private static readonly string[] TimeFormats =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static Option<bool> Json { get; } = new("--json") { Description = "Plain JSON, one object a line, for programs.", Recursive = true };

    public static Option<string?> Domain(Surroundings here, string description)
    {
        var option = new Option<string?>("--domain") { Description = description, HelpName = "DOMAIN" };
        option.Validators.Add(result => RefuseUnknownDomain(result, here));
        option.CompletionSources.Add([.. here.Domains.Select(domain => domain.Name)]);
        return option;
    }

    public static Option<string?> Actor() => new("--actor")
    {
        Description = "Who is recorded as having asked; operator:<the system's user name> unless told.",
        HelpName = "WHO",
    };

    public static string Actor(this ParseResult parsed, Option<string?> actor) => parsed.GetValue(actor) ?? $"operator:{Environment.UserName}";

    public static Option<string?> Reason(string description = "Why; it is recorded.") => new("--reason") { Description = description, HelpName = "TEXT" };

    /// <summary>Who does it, and why.</summary>
    public static Operator By(this ParseResult parsed, Option<string?> actor, Option<string?> reason) =>
        new(parsed.Actor(actor), parsed.GetValue(reason) ?? "");

    public static Option<DateTimeOffset?> AsOf(string description) => Time("--as-of", description);

    public static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        Description = description + " RFC 3339, UTC unless it says otherwise: 2026-11-22T10:15:00Z, or a day.",
        HelpName = "TIME",
        CustomParser = ParseTime,
    };

    public static Option<int?> Limit(string description) => AtLeastOne(new Option<int?>("--limit") { Description = description, HelpName = "COUNT" });

    public static Option<long?> Position(string name, string description) =>
        AtLeastOne(new Option<long?>(name) { Description = description, HelpName = "POSITION" });

    public static Option<long?> Version(string name, string description) =>
        AtLeastOne(new Option<long?>(name) { Description = description, HelpName = "VERSION" });

    public static Argument<string> Projection(string description = "The projection's name, as projections list shows it.") =>
        new("projection") { Description = description };

    public static Argument<Guid> StreamId(string description) => new("stream")
    {
        Description = description,
        CustomParser = result =>
        {
            if (Guid.TryParse(result.Tokens[0].Value, out Guid id))
            {
                return id;
            }

            result.AddError($"'{result.Tokens[0].Value}' is not a stream's id, which is a uuid.");
            return default;
        },
    };

    private static Option<T?> AtLeastOne<T>(Option<T?> option)
        where T : struct, IComparable<T>
    {
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<T?>() is not { } value)
            {
                return;
            }

            if (value.CompareTo((T)Convert.ChangeType(1, typeof(T), CultureInfo.InvariantCulture)) < 0)
            {
                result.AddError($"{option.Name} starts at 1.");
            }
        });
        return option;
    }

    private static DateTimeOffset? ParseTime(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (DateTimeOffset.TryParseExact(
            text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time))
        {
            return time;
        }

        result.AddError($"'{text}' is not a time such as 2026-11-22T10:15:00Z or 2026-11-22.");
        return null;
    }

    private static void RefuseUnknownDomain(OptionResult result, Surroundings here)
    {
        string[] known = [.. here.Domains.Select(domain => domain.Name)];
        if (result.Tokens is [{ Value: var name }] && !known.Contains(name))
        {
            result.AddError(Suggestion.Sentence("domain", name, known));
        }
    }
}
