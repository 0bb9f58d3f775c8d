using System.Text;
using Wya.Projections.Rooms.Objects;

namespace Wya.Cli;

/// <summary>Whether the store of rooms' objects creates an object once, and never again.</summary>
internal static class ObjectsCheckup
{
    private const string About = "objects";

    public static async Task Look(IObjects objects, Diagnosis found, CancellationToken ct)
    {
        string key = $"doctor/{Guid.NewGuid():n}";
        byte[] first = Encoding.UTF8.GetBytes("first"), second = Encoding.UTF8.GetBytes("second");
        try
        {
            await objects.TryCreate(key, first, ct).ConfigureAwait(false);
            bool again = await objects.TryCreate(key, second, ct).ConfigureAwait(false);
            byte[]? kept = await objects.Read(key, ct).ConfigureAwait(false);
            if (again || kept is null || !kept.AsSpan().SequenceEqual(first))
            {
                found.Fault(About, "conditional puts", "The store overwrites an object that is there.", "Use a server that honours If-None-Match on a PUT: without it two publications of a room can take each other's place.");
            }
            else
            {
                found.Good(About, "conditional puts", "An object is created once, and read as it was written.");
            }

            if (!await objects.Delete(key, ct).ConfigureAwait(false) || await objects.Read(key, ct).ConfigureAwait(false) is not null)
            {
                found.Fault(About, "deletes", "The store does not delete, or keeps answering with what was deleted.", "Give the key the right to delete, and switch versioning off: what is erased must be gone.");
            }
        }
        catch (Exception away) when (!ct.IsCancellationRequested && away is IOException or UnauthorizedAccessException)
        {
            found.Fault(About, "connection", $"The store does not take an object ({away.Message.TrimEnd('.')}).", "Look at Wya__S3__Endpoint, Wya__S3__Bucket and the rights of its key, or at the folder's.");
        }
    }
}
