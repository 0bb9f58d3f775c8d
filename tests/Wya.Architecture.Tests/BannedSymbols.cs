using Mono.Cecil;

namespace Wya.Architecture.Tests;

/// <summary>
/// The list that the analyzer reads (<c>src/Wya.Domain/BannedSymbols.txt</c>), applied to compiled code: what slips past
/// the compiler, through a suppression or a generator, is still found.
/// </summary>
internal sealed class BannedSymbols
{
    private readonly HashSet<string> methods = new(StringComparer.Ordinal);
    private readonly HashSet<string> types = new(StringComparer.Ordinal);
    private readonly HashSet<string> namespaces = new(StringComparer.Ordinal);

    public BannedSymbols(IEnumerable<string> lines)
    {
        foreach (string line in lines.Where(line => line.Length > 2))
        {
            string symbol = line.Split(';')[0].Trim();
            string name = symbol[2..];
            switch (symbol[0])
            {
                case 'N':
                    namespaces.Add(name);
                    break;
                case 'T':
                    types.Add(name);
                    break;
                case 'P':
                    int dot = name.LastIndexOf('.');
                    methods.Add($"{name[..dot]}.get_{name[(dot + 1)..]}");
                    methods.Add($"{name[..dot]}.set_{name[(dot + 1)..]}");
                    break;
                case 'M':
                    methods.Add(name.Split('(')[0]); // every overload
                    break;
                default:
                    throw new FormatException($"BannedSymbols.txt: '{symbol}' is of no kind that this test knows.");
            }
        }
    }

    public int Count => methods.Count + types.Count + namespaces.Count;

    public IEnumerable<string> Uses(AssemblyDefinition assembly) =>
        (from type in Mentions.AllTypes(assembly)
         from banned in Mentions.Types(type).Where(IsBanned).Select(mentioned => mentioned.FullName)
             .Concat(Mentions.Methods(type).Select(Name).Where(methods.Contains))
         select $"{type.FullName} uses {banned}").Distinct();

    private bool IsBanned(TypeReference type)
    {
        string space = Mentions.Namespace(type);
        return types.Contains(type.FullName.Split('`')[0])
            || namespaces.Any(banned => space == banned || space.StartsWith(banned + ".", StringComparison.Ordinal));
    }

    private static string Name(MethodReference method) => $"{method.DeclaringType.FullName}.{method.Name}";
}
