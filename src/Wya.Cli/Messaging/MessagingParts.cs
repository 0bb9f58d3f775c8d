using Npgsql;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Projections.Messaging;

namespace Wya.Cli;

/// <summary>Messaging's logs, and whoever follows them, in whatever process it runs.</summary>
internal sealed class MessagingParts(OpenDomains open)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(20);

    public IReadOnlyList<OpenDomain> Logs { get; } = [.. open.Where(domain => domain.Definition.Domain == MessagingDomain.Definition.Name)];

    private sealed record Follower(LogDatabase Database, string Name, string ProgressionName);

    public async Task<IReadOnlyList<string[]>> States(CancellationToken ct)
    {
        List<string[]> states = [];
        foreach (OpenDomain log in Logs)
        {
            states.Add(await SlotMove.States(log.Log, ct).ConfigureAwait(false));
        }

        return states;
    }

    /// <summary>From one log to another; who does not come along within the time is named.</summary>
    /// <param name="without">Followers that are turned off, and are not waited for.</param>
    public async Task<SlotMove> Move(int from, int to, IReadOnlyCollection<string> without, TimeSpan within, Action<string> late, TimeProvider clock, CancellationToken ct)
    {
        IReadOnlyList<Follower> followers = await Followers(Logs[from], without, ct).ConfigureAwait(false);
        return new SlotMove(
            Logs[from].Log,
            Logs[to].Log,
            MessagingDomain.Definition.ReadModels.Where(model => model.Inline),
            (streams, position, token) => HavePassed(followers, streams, position, within, late, clock, token),
            clock);
    }

    /// <summary>Of one log: those that a domain has by its definition, and those that only some deployments run, if they ever ran.</summary>
    private async Task<IReadOnlyList<Follower>> Followers(OpenDomain log, IReadOnlyCollection<string> without, CancellationToken ct)
    {
        List<Follower> all = [.. open.SelectMany(domain => domain.Consumers).Where(consumer => consumer.Model is null && consumer.Source.Name == log.Name)
            .Select(consumer => new Follower(consumer.Target, consumer.Name, consumer.ProgressionName))];
        OpenDomain safety = open.Single(domain => domain.Name == "safety");
        foreach ((LogDatabase database, string name) in new[]
        {
            (safety.Log, Partitions.In(log.Definition.Partition, Projections.Safety.ContentScans.OfMessages)),
            (log.Log, Projections.Relay.DomainRelay.NameOf(log.Name)),
        })
        {
            await using NpgsqlCommand command = database.DataSource.CreateCommand(
                $"select exists (select from {database.LogSchema}.mt_event_progression where name = $1)");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{name}:All" });
            if ((bool)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!)
            {
                all.Add(new Follower(database, name, $"{name}:All"));
            }
        }

        return [.. all.Where(follower => !without.Contains(follower.Name, StringComparer.OrdinalIgnoreCase))];
    }

    private static async Task<bool> HavePassed(
        IReadOnlyList<Follower> followers, IReadOnlyList<Guid> streams, long position, TimeSpan within, Action<string> late, TimeProvider clock, CancellationToken ct)
    {
        long start = clock.GetTimestamp();
        foreach (Follower follower in followers)
        {
            while (await Positions.Of(follower.Database, follower.ProgressionName, ct).ConfigureAwait(false) < position)
            {
                if (clock.GetElapsedTime(start) > within)
                {
                    late($"{follower.Name} has not come up to position {Visible.Count(position)}");
                    return false;
                }

                await Task.Delay(LookAgainAfter, clock, ct).ConfigureAwait(false);
            }

            await using NpgsqlCommand parked = follower.Database.DataSource.CreateCommand(
                $"select exists (select from {follower.Database.LogSchema}.wya_parked_streams where projection = $1 and stream_id = any($2))");
            parked.Parameters.Add(new NpgsqlParameter<string> { TypedValue = follower.Name });
            parked.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. streams] });
            if ((bool)(await parked.ExecuteScalarAsync(ct).ConfigureAwait(false))!)
            {
                late($"{follower.Name} has set a stream aside (see wya dead-letters list)");
                return false;
            }
        }

        return true;
    }
}
