using Wya.Domain.Identity.Events;

namespace Wya.Projections;

/// <summary>A domain whose log names people by their ids and says nothing else about them, and that has no tables yet.</summary>
internal sealed class IdsOnly : IPersonalData
{
    public IReadOnlyList<PersonalTable> Tables { get; } = [];

    public IEnumerable<ExportSection> Export(HeldBy domain, UserId person) => [];

    public Task<IReadOnlyList<StoreFinding>> Find(HeldBy domain, UserId person, CancellationToken ct = default) =>
        Task.FromResult<IReadOnlyList<StoreFinding>>([]);

    public Task<StillHeld?> Forget(HeldBy domain, UserId person, long position, CancellationToken ct = default) =>
        Task.FromResult<StillHeld?>(null);

    public Task CleanUp(HeldBy domain, CancellationToken ct = default) => Task.CompletedTask;
}
