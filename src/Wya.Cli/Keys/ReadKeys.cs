using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>The keys of people, for folding what they seal as the daemon does. Nothing that is opened with them is shown.</summary>
internal sealed class ReadKeys(SubjectKeys subjects, KeyRing ring) : IAsyncDisposable
{
    public LogKeys ForLogs { get; } = new(subjects, ring.ClaimPepper);

    /// <summary>Null when the environment does not say where they are: what is sealed then stays so, and a fold that needs it is tried without.</summary>
    public static ReadKeys? Find(Surroundings here)
    {
        if (here.Variable(Settings.Variable(KeysSchema.Name)) is not { Length: > 0 } || here.Variable(Settings.KeyRingVariable) is not { Length: > 0 } file)
        {
            return null;
        }

        KeyRing ring = KeyRingArgument.Read(file);
        return new ReadKeys(new SubjectKeys(Settings.Connection(here, KeysSchema.Name).ConnectionString, ring, here.Clock), ring);
    }

    public ValueTask DisposeAsync() => subjects.DisposeAsync();
}
