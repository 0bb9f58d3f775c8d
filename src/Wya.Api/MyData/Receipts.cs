using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;

namespace Wya.Api.MyData;

/// <summary>What an erasure found and did. The id is all that it says about the person.</summary>
/// <param name="RequestedAt">When the person asked for it.</param>
/// <param name="ErasedAt">From then on they were not there for anybody.</param>
/// <param name="Stores">Every store of every domain, before and after.</param>
/// <param name="Remains">What the receipt does not say.</param>
internal sealed record ErasureReceipt(
    string Format, int Version, UserId UserId, DateTimeOffset RequestedAt, DateTimeOffset ErasedAt, DateTimeOffset IssuedAt,
    IReadOnlyList<ErasedStore> Stores, string Remains);

/// <param name="Found">Records before the erasure.</param>
/// <param name="Left">Records after it.</param>
/// <param name="Readable">Of those that are left, how many still say something about the person.</param>
internal sealed record ErasedStore(string Domain, string Store, long Found, long Left, long Readable, string AtErasure);

/// <summary>Tickets, and receipts as compact JWS (RFC 7515) under ES256.</summary>
internal sealed class Receipts(KeyRing ring)
{
    public const string Type = "wya-erasure-receipt+jwt";

    private const int TicketBytes = 32;

    public static string NewTicket() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TicketBytes));

    /// <summary>What is kept of a ticket: it cannot be made from it.</summary>
    public static byte[] Digest(string ticket) => SHA256.HashData(Encoding.UTF8.GetBytes(ticket));

    public string Sign(ErasureReceipt receipt)
    {
        using ECDsa key = ring.ReceiptKey();
        return SignedJson.Sign(key, Type, receipt);
    }

    public VerifyingKey PublicKey()
    {
        using ECDsa key = ring.ReceiptKey();
        return VerifyingKey.Of(key);
    }

    public static IReadOnlyList<ErasedStore> Stores(IReadOnlyList<DomainFindings> before, IReadOnlyList<DomainFindings> after) =>
    [
        .. from domain in before
           from store in domain.Stores
           let left = after.FirstOrDefault(other => other.Domain == domain.Domain)?.Stores.FirstOrDefault(other => other.Store == store.Store)
           select new ErasedStore(domain.Domain, store.Store, store.Found, left?.Found ?? 0, left?.Readable ?? 0, left?.AtErasure ?? store.AtErasure),
    ];
}
