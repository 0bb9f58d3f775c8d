namespace Wya.Projections;

/// <summary>Where a domain has several logs, from 0 on: how each of them is called, and what it keeps. Of the first as if it were the only one.</summary>
public static class Partitions
{
    public static string NameOf(string domain, int partition) => partition == 0 ? domain : $"{domain}_{partition}";

    /// <summary>A read model or a follower of one of them: names are unique in the system.</summary>
    public static string In(int partition, string name) => partition == 0 ? name : $"{name}{partition}";
}
