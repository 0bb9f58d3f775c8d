namespace Wya.Domain.Rooms.Content;

/// <summary>What has been found against a document so far.</summary>
internal sealed class Findings
{
    private readonly List<ContentRefusal> all = [];

    public IReadOnlyList<ContentRefusal> All => all;

    public bool IsFull => all.Count >= RoomLimits.RefusalsMax;

    public void Add(string? module, string path, string code, string reason)
    {
        if (!IsFull)
        {
            all.Add(new ContentRefusal(module, path, code, reason));
        }
    }
}
