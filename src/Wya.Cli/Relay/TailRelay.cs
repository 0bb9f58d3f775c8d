using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Wya.EventStore;
using Wya.Projections.Relay;

namespace Wya.Cli;

/// <summary>
/// Reads what a domain has published, each event once: the smallest consumer there can be, and the pattern for others. It
/// keeps nothing: where it was is the offset that it prints.
/// </summary>
internal static class TailRelay
{
    private const string First = "first", Next = "next";

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    public static Verb Verb(Surroundings here)
    {
        var domain = new Option<string>("--domain") { Description = "Whose events.", HelpName = "DOMAIN", Required = true };
        domain.AcceptOnlyFromAmong([.. DomainRelay.Domains]);
        var partition = new Option<int?>("--partition") { Description = "One of them; all unless told.", HelpName = "NUMBER" };
        var from = new Option<string>("--from")
        {
            Description = "first, next (what is published from now on), or an offset of a partition.",
            HelpName = "OFFSET",
            DefaultValueFactory = _ => First,
        };
        from.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<string>() is not (First or Next) && !IsOffset(given.GetValueOrDefault<string>(), out _))
            {
                given.AddError("--from is first, next, or an offset from 0 on.");
            }
        });
        var untilQuiet = new Option<bool>("--until-quiet") { Description = "Ends when nothing has come for three seconds, instead of waiting for more." };
        var repetitions = new Option<bool>("--with-repetitions") { Description = "Shows also what was published again." };
        var verb = new Verb(
            "tail",
            "Reads what a domain has published to the external log of Wya__Relay__Server, each event once, as JSON lines.",
            "wya relay tail --domain messaging --until-quiet",
            "wya relay tail --domain graph --partition 2 --from 1500")
        {
            domain, partition, from, untilQuiet, repetitions,
        };
        verb.SetAction((parsed, ct) => Run(
            here, parsed.GetRequiredValue(domain), parsed.GetValue(partition), parsed.GetRequiredValue(from), parsed.GetValue(untilQuiet), parsed.GetValue(repetitions), ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, string domain, int? partition, string from, bool untilQuiet, bool withRepetitions, CancellationToken ct)
    {
        RelaySettings settings = Settings(here);
        if (partition is { } number && (number < 0 || number >= settings.Partitions))
        {
            throw new VerbRefusedException($"There are the partitions 0 to {settings.Partitions - 1}, as Wya__Relay__Partitions has it.");
        }

        if (partition is null && IsOffset(from, out _))
        {
            throw new VerbRefusedException("An offset is one of a partition: say which, with --partition.");
        }

        long? first = from switch { First => 0, Next => null, _ => long.Parse(from, CultureInfo.InvariantCulture) };
        var seen = new SeenVersions();
        long taken = 0, repeated = 0;
        try
        {
            await foreach (ReceivedEvent received in Merged(settings, domain, partition, first, untilQuiet, ct).ConfigureAwait(false))
            {
                bool takes = seen.Takes(received.Published);
                taken += takes ? 1 : 0;
                repeated += takes ? 0 : 1;
                if (takes || withRepetitions)
                {
                    await here.Output.WriteLineAsync(JsonSerializer.Serialize(Line.Of(received, takes), EventJson.Options)).ConfigureAwait(false);
                    await here.Output.FlushAsync(ct).ConfigureAwait(false);
                }
            }
        }
        catch (ExternalLogAwayException away)
        {
            throw new VerbRefusedException($"{away.Message} Read on from the offset after the last.", cause: away);
        }

        await here.Error.WriteLineAsync($"{Visible.Count(taken, "event", "events")}, {Visible.Count(repeated, "repetition", "repetitions")}.").ConfigureAwait(false);
        return ExitCodes.Done;
    }

    private static RelaySettings Settings(Surroundings here)
    {
        try
        {
            return RelaySettings.Read(here.Variable)
                ?? throw new VerbRefusedException("Wya__Relay__Server is not set: the server that events are published to, as amqps://user:password@host/vhost.");
        }
        catch (FormatException malformed)
        {
            throw new VerbRefusedException(malformed.Message, cause: malformed);
        }
    }

    /// <summary>Partitions have no order among each other; within each, theirs.</summary>
    private static async IAsyncEnumerable<ReceivedEvent> Merged(
        RelaySettings settings, string domain, int? partition, long? from, bool untilQuiet, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var merged = Channel.CreateBounded<ReceivedEvent>(1);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        int[] partitions = partition is { } one ? [one] : [.. Enumerable.Range(0, settings.Partitions)];
        Task reading = Task.WhenAll(partitions.Select(async number =>
        {
            await foreach (ReceivedEvent received in RelayReader.Read(settings, domain, number, from, untilQuiet ? Quiet : null, over.Token).ConfigureAwait(false))
            {
                await merged.Writer.WriteAsync(received, over.Token).ConfigureAwait(false);
            }
        }));
        _ = reading.ContinueWith(ended => merged.Writer.TryComplete(ended.Exception?.InnerException), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            await foreach (ReceivedEvent received in merged.Reader.ReadAllAsync(ct).ConfigureAwait(false))
            {
                yield return received;
            }
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
        }
    }

    private static bool IsOffset(string? text, out long offset) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out offset);

    /// <param name="IsRepetition">Left out for what is not.</param>
    private sealed record Line(
        int Partition, long Offset, Guid Id, Guid StreamId, long Version, long Position, string Type, int SchemaVersion, DateTimeOffset Time, JsonElement Data, bool? IsRepetition)
    {
        public static Line Of(ReceivedEvent received, bool isFirst)
        {
            PublishedEvent published = received.Published;
            return new Line(
                received.Partition, received.Offset, published.Id, published.StreamId, published.Version, published.Position, published.Type, published.SchemaVersion,
                published.Time, JsonDocument.Parse(published.Body).RootElement, isFirst ? null : true);
        }
    }
}
