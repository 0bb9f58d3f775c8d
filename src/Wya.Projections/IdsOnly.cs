using Wya.Domain.Identity.Events;

namespace Wya.Projections;

/// <summary>A domain that names people by their ids, and whatever else it says about them is sealed.</summary>
internal sealed class IdsOnly(IReadOnlyList<PersonalTable> tables) : IPersonalData
{
    public IReadOnlyList<PersonalTable> Tables { get; } = tables;

    public IEnumerable<ExportSection> Export(HeldBy domain, UserId person) => [];

    public Task<IReadOnlyList<StoreFinding>> Find(HeldBy domain, UserId person, CancellationToken ct = default) =>
        Task.FromResult<IReadOnlyList<StoreFinding>>([]);

    public Task<StillHeld?> Forget(HeldBy domain, UserId person, long position, CancellationToken ct = default) =>
        Task.FromResult<StillHeld?>(null);

    public Task CleanUp(HeldBy domain, CancellationToken ct = default) => Task.CompletedTask;
}
