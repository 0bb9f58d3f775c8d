using Wya.Projections.Graph;
using Wya.Projections.Identity;
using Wya.Projections.Messaging;
using Wya.Projections.Rooms;
using Wya.Projections.Safety;

namespace Wya.Projections;

/// <summary>Every domain of this build.</summary>
public static class Domains
{
    public static IReadOnlyList<DomainDefinition> All { get; } =
        [IdentityDomain.Definition, GraphDomain.Definition, RoomsDomain.Definition, MessagingDomain.Definition, SafetyDomain.Definition];

    /// <summary>The same, where messaging has several logs: each as a domain of its own, which whoever follows messaging follows too.</summary>
    public static IReadOnlyList<DomainDefinition> Of(int messagingPartitions) => messagingPartitions == 1
        ? All
        : [.. All.SelectMany(domain => domain.Name == MessagingDomain.Definition.Name
            ? Enumerable.Range(0, messagingPartitions).Select(partition => MessagingDomain.Partition(partition, messagingPartitions))
            : [domain with { Followers = [.. domain.Followers.SelectMany(follower => OfAll(follower, messagingPartitions))] }])];

    private static IEnumerable<Follower> OfAll(Follower follower, int messagingPartitions) => follower.Source == MessagingDomain.Definition.Name
        ? Enumerable.Range(0, messagingPartitions).Select(partition => follower with
        {
            Source = Partitions.NameOf(MessagingDomain.Definition.Name, partition),
            Name = Partitions.In(partition, follower.Name),
        })
        : [follower];
}
