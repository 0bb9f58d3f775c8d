using System.Reflection;
using System.Runtime.Loader;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>
/// The read models of another build, from its Wya.Projections.dll: loaded beside this build's, with its own domain, while the event store that runs
/// them is this one's.
/// </summary>
internal static class OtherBuild
{
    private const string Assembly = "Wya.Projections", Domain = "Wya.Domain";

    /// <returns>The read model, and the event types of the log that it follows.</returns>
    /// <exception cref="VerbRefusedException">It is not such an assembly, or has no such read model.</exception>
    public static (ReadModel Model, EventTypeMap Types) Find(string path, string domain, string source, string model)
    {
        object[] domains;
        try
        {
            Assembly assembly = new Beside(Path.GetFullPath(path)).LoadFromAssemblyPath(Path.GetFullPath(path));
            Type list = assembly.GetType($"{Assembly}.Domains", throwOnError: true)!;
            domains = [.. ((System.Collections.IEnumerable)list.GetProperty("All")!.GetValue(null)!).Cast<object>()];
        }
        catch (Exception unusable) when (unusable is IOException or BadImageFormatException or TypeLoadException or NullReferenceException
            or ReflectionTypeLoadException or TargetInvocationException)
        {
            throw new VerbRefusedException($"{path} is not the {Assembly}.dll of a build whose event store this one can run.", cause: unusable);
        }

        object? keeps = domains.FirstOrDefault(one => Read<string>(one, "Name") == domain), follows = domains.FirstOrDefault(one => Read<string>(one, "Name") == source);
        ReadModel? found = keeps is null ? null : Read<IEnumerable<ReadModel>>(keeps, "Kept").FirstOrDefault(one => one.Name == model);
        return found is null || follows is null
            ? throw new VerbRefusedException($"That build's {domain} has no read model {model}.")
            : (found, Read<EventTypeMap>(follows, "Types"));
    }

    private static T Read<T>(object from, string property) => (T)from.GetType().GetProperty(property)!.GetValue(from)!;

    private sealed class Beside(string path) : AssemblyLoadContext("another build")
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string own = Path.Combine(Path.GetDirectoryName(path)!, $"{assemblyName.Name}.dll");
            return assemblyName.Name is Assembly or Domain && File.Exists(own) ? LoadFromAssemblyPath(own) : null;
        }
    }
}
