using Wya.Prove.AsOf;
using Wya.Prove.Birthdays;
using Wya.Prove.BlockRaces;
using Wya.Prove.Brigade;
using Wya.Prove.Clinic;
using Wya.Prove.Crash;
using Wya.Prove.Delivery;
using Wya.Prove.Erasure;
using Wya.Prove.Export;
using Wya.Prove.Failover;
using Wya.Prove.Handles;
using Wya.Prove.HostileRooms;
using Wya.Prove.Location;
using Wya.Prove.Nodes;
using Wya.Prove.Outages;
using Wya.Prove.Partitions;
using Wya.Prove.Poison;
using Wya.Prove.Rebuild;
using Wya.Prove.RedisLoss;
using Wya.Prove.Relay;
using Wya.Prove.RoomFaults;
using Wya.Prove.SafetySecrets;
using Wya.Prove.Storm;
using Wya.Prove.Tamper;
using Wya.Prove.Traces;

namespace Wya.Prove;

/// <summary>Every proof, in the order in which they run.</summary>
internal static class Proofs
{
    public static IReadOnlyList<Proof> All { get; } =
    [
        StormProof.Proof, CrashProof.Proof, PoisonProof.Proof, RebuildProof.Proof, ClinicProof.Proof,
        HandleProof.Proof, BirthdayProof.Proof, ErasureProof.Proof, RestoreProof.Proof,
        DeliveryProof.Proof, OutageProof.Proof, RedisLossProof.Proof, BlockRaceProof.Proof,
        LocationProof.Proof, PresenceTracesProof.Proof, RoomFaultProof.Proof, HostileRoomsProof.Proof,
        TamperProof.Proof, SafetySecretsProof.Proof,
        BrigadeProof.Proof,
        AsOfProof.Proof, ExportProof.Proof,
        RelayProof.Proof,
        FailoverProof.Proof,
        NodesProof.Proof,
        PartitionProof.Proof,
    ];

    /// <summary>What the processes do that proofs start beside themselves.</summary>
    public static IReadOnlyDictionary<string, Func<CancellationToken, Task>> Workers { get; } = new Dictionary<string, Func<CancellationToken, Task>>
    {
        ["storm"] = StormWorker.Run,
        ["crash-writer"] = CrashWorkers.Write,
        ["crash-follower"] = CrashWorkers.Follow,
        [RebuildWorkerProcess.Kind] = RebuildWorkerProcess.Run,
        ["room-publisher"] = RoomFaultWorker.Run,
        [RelayWorker.Kind] = RelayWorker.Run,
    };
}
