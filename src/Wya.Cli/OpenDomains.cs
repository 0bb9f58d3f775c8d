using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>The databases that a verb looks at.</summary>
internal sealed class OpenDomains(ReadKeys? keys) : List<OpenDomain>, IAsyncDisposable
{
    /// <summary>Null for verbs that open nothing.</summary>
    public ReadKeys? Keys { get; } = keys;

    /// <exception cref="VerbRefusedException">No domain has a read model of this name.</exception>
    public (OpenDomain Domain, ReadModel Model) ReadModel(string name)
    {
        var all = this.SelectMany(domain => domain.Definition.Kept.Select(model => (Domain: domain, Model: model))).ToArray();
        var found = all.Where(candidate => string.Equals(candidate.Model.Name, name, StringComparison.OrdinalIgnoreCase)).ToArray();
        return found switch
        {
            [var one] => one,
            [] => throw new VerbRefusedException(Suggestion.Sentence("projection", name, [.. all.Select(candidate => candidate.Model.Name).Distinct()])),
            _ => throw new VerbRefusedException(
                $"Several domains have a projection '{name}'; name one with --domain: {string.Join(", ", found.Select(one => one.Domain.Name))}."),
        };
    }

    /// <exception cref="VerbRefusedException">There is no such projection, or it is written by the append itself.</exception>
    public Consumer Consumer(string name)
    {
        if (this.SelectMany(each => each.Consumers).FirstOrDefault(consumer => consumer.Model is null && Is(consumer, name)) is { } follower)
        {
            return follower;
        }

        (OpenDomain domain, ReadModel model) = ReadModel(name);
        return domain.Consumers.FirstOrDefault(consumer => consumer.Model == model)
            ?? throw new VerbRefusedException($"{model.Name} is written by the appends themselves, so it is always up to date and never set aside.");
    }

    private static bool Is(Consumer consumer, string name) => string.Equals(consumer.Name, name, StringComparison.OrdinalIgnoreCase);

    public async ValueTask DisposeAsync()
    {
        foreach (OpenDomain domain in this)
        {
            await domain.DisposeAsync().ConfigureAwait(false);
        }

        if (Keys is not null)
        {
            await Keys.DisposeAsync().ConfigureAwait(false);
        }
    }
}
