using System.Diagnostics.CodeAnalysis;

namespace Wya.Domain.Identity;

/// <summary>The name that a person is known by. It never changes and is never given to anyone else.</summary>
public sealed class Handle
{
    private Handle(string text, IReadOnlyList<string> skeletons)
    {
        Text = text;
        Skeletons = skeletons;
    }

    /// <summary>As shown.</summary>
    public string Text { get; }

    /// <summary>What it looks like; handles that share a skeleton cannot both exist.</summary>
    public IReadOnlyList<string> Skeletons { get; }

    public bool IsReserved => false;

    /// <param name="problem">One sentence for the person who typed it.</param>
    public static bool TryParse(string typed, [NotNullWhen(true)] out Handle? handle, [NotNullWhen(false)] out string? problem)
    {
        string text = Normalize(typed);
        handle = new Handle(text, SkeletonsOf(text));
        problem = null;
        return true;
    }

    /// <summary>The form in which handles are stored and shown (NFKC).</summary>
    public static string Normalize(string typed) => typed.Normalize(System.Text.NormalizationForm.FormKC);

    /// <summary>The skeletons of anything typed, valid as a handle or not: what to look a handle up by.</summary>
    public static IReadOnlyList<string> SkeletonsOf(string typed) => [Normalize(typed).ToLowerInvariant()];

    /// <summary>The name under which the log keeps a skeleton unique.</summary>
    public static string Claim(string skeleton) => "handle:" + skeleton;
}
