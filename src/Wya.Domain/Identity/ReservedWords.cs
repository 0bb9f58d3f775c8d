using System.Collections.Frozen;

namespace Wya.Domain.Identity;

/// <summary>Handles that nobody may bear, because they would pass for the house, its staff, or a part of it.</summary>
internal static class ReservedWords
{
    private static readonly FrozenSet<string> Skeletons = FrozenSet.ToFrozenSet(
        new[]
        {
            "wya", "wyateam", "wyasupport", "wyaofficial", "official", "team", "staff", "crew", "employee",
            "admin", "admins", "administrator", "root", "superuser", "sysadmin", "system", "operator", "moderator", "moderators", "mod", "mods",
            "support", "help", "helpdesk", "service", "security", "safety", "trust", "abuse", "legal", "privacy", "police", "emergency",
            "info", "contact", "press", "billing", "payments", "noreply", "postmaster", "webmaster", "hostmaster", "mailerdaemon",
            "everyone", "everybody", "all", "here", "channel", "nobody", "anonymous", "anyone", "unknown", "someone", "guest", "user", "users",
            "deleted", "deleteduser", "erased", "banned", "suspended", "removed",
            "null", "undefined", "none", "nil", "nan", "true", "false", "void",
            "api", "www", "web", "app", "auth", "login", "logout", "register", "signup", "signin", "account", "accounts", "settings", "profile",
            "room", "rooms", "message", "messages", "discovery", "presence", "graph", "identity", "schemas", "health", "metrics", "console", "openapi",
        }.SelectMany(Handle.SkeletonsOf),
        StringComparer.Ordinal);

    /// <summary>Ignores case, look-alike letters and separators: <c>A.D.M.I.N</c> is no way around.</summary>
    public static bool Contain(string text) =>
        Handle.SkeletonsOf(string.Concat(text.Where(character => character is not ('.' or '-' or '_')))).Any(Skeletons.Contains);
}
