using System.Globalization;
using System.Text;

namespace Wya.Domain;

/// <summary>
/// What Unicode says about the characters that handles may contain, read from <c>handle-characters.txt</c>.
/// The data travels with the build instead of coming from the machine, because every node must give one handle the same
/// skeleton, and because <see cref="string.Normalize()"/> leaves all but ASCII as it is where ICU is absent or turned off.
/// </summary>
internal sealed class HandleCharacters
{
    private readonly List<(int From, int To, UInt128 Scripts)> allowed = [];
    private readonly Dictionary<string, int> scriptBits = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> classes = [];
    private readonly Dictionary<int, int[]> decompositions = [];
    private readonly Dictionary<(int First, int Second), int> composites = [];
    private readonly Dictionary<int, (int[] IgnoringCase, int[] AsShown)> looks = [];

    private HandleCharacters(TextReader data)
    {
        Action<string> take = _ => throw new InvalidDataException("A line stands before the first section.");
        while (data.ReadLine() is { } line)
        {
            if (line.StartsWith('@'))
            {
                take = Section(line.Split(' ')[0]);
            }
            else if (!line.StartsWith('#'))
            {
                take(line);
            }
        }

        Latin = Scripts("Latn");
        Anywhere = Scripts("Zyyy");
        EastAsian = [Scripts("Hani Hira Kana"), Scripts("Hani Bopo"), Scripts("Hani Hang")];
    }

    public static HandleCharacters Unicode { get; } = Load();

    /// <summary>The only script that may be mixed with East Asian writing.</summary>
    public UInt128 Latin { get; }

    /// <summary>Belongs to no script: the ASCII digits.</summary>
    public UInt128 Anywhere { get; }

    /// <summary>Japanese, Chinese and Korean: writing that mixes scripts by nature.</summary>
    public IReadOnlyList<UInt128> EastAsian { get; }

    public UInt128 RightToLeft { get; private set; }

    /// <summary>The scripts that the character is used in, as a set of bits; 0 when it may not be in a handle.</summary>
    public UInt128 ScriptsOf(int character)
    {
        int low = 0, high = allowed.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            (int from, int to, UInt128 scripts) = allowed[middle];
            if (character < from)
            {
                high = middle - 1;
            }
            else if (character > to)
            {
                low = middle + 1;
            }
            else
            {
                return scripts;
            }
        }

        return 0;
    }

    public int CombiningClass(int character) => classes.GetValueOrDefault(character);

    /// <summary>Null when the character is its own compatibility decomposition.</summary>
    public int[]? Decomposition(int character) => decompositions.GetValueOrDefault(character);

    public int? Composite(int first, int second) => composites.TryGetValue((first, second), out int composite) ? composite : null;

    /// <summary>What a decomposed character looks like, in any case or in its own; null when like nothing but itself.</summary>
    public (int[] IgnoringCase, int[] AsShown)? Looks(int character) => looks.TryGetValue(character, out var found) ? found : null;

    private static HandleCharacters Load()
    {
        using Stream data = typeof(HandleCharacters).Assembly.GetManifestResourceStream("handle-characters.txt")!;
        using var reader = new StreamReader(data, Encoding.UTF8);
        return new HandleCharacters(reader);
    }

    private static int Parse(string hex) => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static int[] ParseAll(string hex) => [.. hex.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    private Action<string> Section(string name) => name switch
    {
        "@allowed" => TakeAllowed,
        "@right-to-left" => line => RightToLeft = Scripts(line),
        "@class" => TakeClass,
        "@decomposes" => line => decompositions.Add(ParseAll(line)[0], ParseAll(line)[1..]),
        "@composes" => line => composites.Add((ParseAll(line)[0], ParseAll(line)[1]), ParseAll(line)[2]),
        "@looks-like" => TakeLooks,
        _ => throw new InvalidDataException($"Unknown section {name}."),
    };

    private void TakeAllowed(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        string[] range = line[..space].Split("..");
        allowed.Add((Parse(range[0]), Parse(range[^1]), Scripts(line[(space + 1)..])));
    }

    private void TakeClass(string line)
    {
        string[] parts = line.Split(' ');
        foreach (string character in parts.Skip(1))
        {
            classes.Add(Parse(character), int.Parse(parts[0], CultureInfo.InvariantCulture));
        }
    }

    private void TakeLooks(string line)
    {
        string[] ways = line.Split(';');
        int[] ignoringCase = ParseAll(ways[0]);
        looks.Add(ignoringCase[0], (ignoringCase[1..], ways.Length > 1 ? ParseAll(ways[1]) : ignoringCase[1..]));
    }

    private UInt128 Scripts(string names)
    {
        UInt128 set = 0;
        foreach (string name in names.Split(' '))
        {
            if (!scriptBits.TryGetValue(name, out int bit))
            {
                scriptBits.Add(name, bit = scriptBits.Count < 128 ? scriptBits.Count : throw new InvalidDataException("More than 128 scripts."));
            }

            set |= UInt128.One << bit;
        }

        return set;
    }
}
