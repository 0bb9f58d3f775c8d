namespace Wya.Cli;

/// <summary>What the town's people have said to each other, in this run or before.</summary>
/// <param name="Waiting">Requests that nobody has answered.</param>
internal sealed record Talked(
    int Conversations, int Groups, int Waiting, int Messages, int NewMessages, int Replies, int Edits, int Reactions, int ReadMarks)
{
    public override string ToString() =>
        $"{Visible.Count(Messages, "message")}, {Visible.Count(NewMessages)} of them new, in {Visible.Count(Conversations, "conversation")} "
        + $"({Visible.Count(Groups, "group")}, {Visible.Count(Waiting, "request")} waiting); {Visible.Count(Replies, "reply", "replies")}, "
        + $"{Visible.Count(Reactions, "reaction")}, {Visible.Count(Edits, "edit")}.";
}
