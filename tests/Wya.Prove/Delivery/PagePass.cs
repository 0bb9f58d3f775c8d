using System.Text.Json.Nodes;

namespace Wya.Prove.Delivery;

/// <summary>One reading of a whole conversation, page by page.</summary>
/// <param name="AcknowledgedBefore">The sequence up to which messages had been acknowledged when it began.</param>
/// <param name="Read">In ascending order, as the pages put together say.</param>
internal sealed record PagePass(long AcknowledgedBefore, IReadOnlyList<PageEntry> Read)
{
    private const int PageItems = 100;

    /// <summary>From the newest page to the first one.</summary>
    public static async Task<PagePass> Backwards(NodeCaller caller, Guid conversation, long acknowledgedBefore, CancellationToken ct)
    {
        List<IReadOnlyList<PageEntry>> pages = [];
        JsonNode page = await caller.Get($"/conversations/{conversation}/messages?limit={PageItems}", ct);
        pages.Add(Entries(page));
        while (page["before"] is { } next)
        {
            page = await caller.Get($"/conversations/{conversation}/messages?before={next}&limit={PageItems}", ct);
            pages.Add(Entries(page));
        }

        pages.Reverse();
        return new PagePass(acknowledgedBefore, [.. pages.SelectMany(entries => entries)]);
    }

    /// <summary>From the first message to what is newest then; while others write it stops where it meets what was newest when it began.</summary>
    public static async Task<PagePass> Forwards(NodeCaller caller, Guid conversation, long acknowledgedBefore, CancellationToken ct)
    {
        List<PageEntry> read = [];
        JsonNode? next = JsonValue.Create(0);
        while (next is not null && (read.Count == 0 || read[^1].Sequence <= acknowledgedBefore))
        {
            JsonNode page = await caller.Get($"/conversations/{conversation}/messages?after={next}&limit={PageItems}", ct);
            read.AddRange(Entries(page));
            next = page["after"];
        }

        return new PagePass(acknowledgedBefore, read);
    }

    private static IReadOnlyList<PageEntry> Entries(JsonNode page) =>
        [.. page["items"]!.AsArray().Select(item => new PageEntry(
            item!["sequence"]!.GetValue<long>(), item["message_id"]!.GetValue<Guid>(), item["text"]?.GetValue<string>()))];
}
