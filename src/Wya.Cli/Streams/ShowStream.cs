using System.CommandLine;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;

namespace Wya.Cli;

/// <summary>The history of one stream, and what it came to at a version or a time.</summary>
internal static class ShowStream
{
    private const int EventsDefault = 100;

    private static readonly TableColumn<Envelope>[] Columns =
    [
        new("version", row => Visible.Count(row.Version), IsNumber: true),
        new("position", row => Visible.Count(row.Position), IsNumber: true),
        new("time", row => Visible.Time(row.Time)),
        new("type", row => row.Type),
        new("actor", row => row.Actor),
        new("data", row => row.DataText()),
    ];

    public static Verb Verb(Surroundings here)
    {
        Argument<Guid> stream = SharedOptions.StreamId("The stream's id; a user's id is that of their stream.");
        Option<long?> atVersion = SharedOptions.Version("--at-version", "As it was at this version.");
        Option<DateTimeOffset?> asOf = SharedOptions.AsOf("As it was at this time.");
        Option<bool> backwards = new("--backwards") { Description = "The newest event first." };
        Option<int?> limit = SharedOptions.Limit($"At most so many events; {EventsDefault} unless told. The state is always that of all.");
        Option<string?> domain = SharedOptions.Domain(here, "Only look in this domain's log; without it, in all.");
        var verb = new Verb(
            "show",
            "The events of a stream, and the state that they fold to, now, at a version or at a time.",
            "wya streams show 0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11",
            "wya streams show 0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11 --at-version 2",
            "wya streams show 0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11 --as-of 2026-11-22T10:15:00Z --json",
            "wya streams show 0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11 --backwards --limit 5")
        {
            stream,
            atVersion,
            asOf,
            backwards,
            limit,
            domain,
        };
        verb.Validators.Add(result =>
        {
            if (result.GetResult(atVersion) is not null && result.GetResult(asOf) is not null)
            {
                result.AddError("--at-version and --as-of cannot be given together.");
            }
        });
        verb.SetAction((parsed, ct) => Run(
            here,
            parsed.GetValue(domain),
            parsed.GetValue(stream),
            new StreamRange(
                To: parsed.GetValue(atVersion) ?? long.MaxValue,
                AsOf: parsed.GetValue(asOf),
                Backwards: parsed.GetValue(backwards),
                Limit: parsed.GetValue(limit) ?? EventsDefault,
                IncludeArchived: true),
            new Answer(here, parsed.GetValue(SharedOptions.Json)),
            ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, string? only, Guid id, StreamRange range, Answer answer, CancellationToken ct)
    {
        await using OpenDomains open = await OpenDomain.Open(here, only, ct).ConfigureAwait(false);
        (OpenDomain domain, StreamRow stream) = await StreamRow.Find(open, id, ct).ConfigureAwait(false)
            ?? throw new VerbRefusedException($"No stream has the id {id} in {string.Join(", ", open.Select(each => each.Name))}.");
        if (range.To != long.MaxValue && range.To > stream.Version)
        {
            throw new VerbRefusedException($"The stream is at version {Visible.Count(stream.Version)}; it has no version {Visible.Count(range.To)}.");
        }

        StreamFold? fold = here.Streams.FirstOrDefault(known => known.StreamType == stream.Type);
        (object? state, long version) = await Fold(domain.Store, fold, id, range, ct).ConfigureAwait(false);
        if (version == 0)
        {
            throw new VerbRefusedException($"The stream began later than that, at {Visible.Time(stream.Created)}.");
        }

        List<Envelope> events = [];
        await foreach (RecordedEvent recorded in domain.Store.ReadStream(id, range, ct).ConfigureAwait(false))
        {
            events.Add(Envelope.Of(recorded));
        }

        if (answer.IsJson)
        {
            answer.Give(
                new
                {
                    Domain = domain.Name,
                    StreamId = id,
                    StreamType = stream.Type,
                    Version = version,
                    CurrentVersion = stream.Version,
                    stream.IsArchived,
                    State = state is null ? (object?)null : StreamFold.Json(state),
                    Events = events,
                },
                "");
            return ExitCodes.Done;
        }

        string archived = stream.IsArchived ? ", archived" : "";
        answer.Say($"{stream.Type} {id} of {domain.Name}, version {Visible.Count(version)} of {Visible.Count(stream.Version)}{archived}");
        answer.Table(events, Columns);
        if (events.Count < version)
        {
            answer.Say($"{Visible.Count(events.Count)} of {Visible.Count(version, "event")}; --limit shows more.");
        }

        if (state is not null)
        {
            answer.Say($"State at version {Visible.Count(version)}:");
            answer.Show(StreamFold.Json(state));
        }

        return ExitCodes.Done;
    }

    /// <summary>Over all events up to the version or time, whatever the number that is shown; the memory is that of one.</summary>
    private static async Task<(object? State, long Version)> Fold(
        PostgresEventStore store, StreamFold? fold, Guid id, StreamRange range, CancellationToken ct)
    {
        object? state = fold?.Initial;
        long version = 0;
        await foreach (RecordedEvent recorded in store.ReadStream(id, range with { Backwards = false, Limit = int.MaxValue }, ct).ConfigureAwait(false))
        {
            state = state is null ? null : fold!.Evolve(state, recorded.Data);
            version = recorded.Version;
        }

        return (state, version);
    }
}
