<?php
// The tests' wikis over one code base. WIKI, LANGUAGE, PORT and DIRECTORY say which one this is.
if ( !defined( 'MEDIAWIKI' ) ) {
	exit;
}
$wiki = getenv( 'BELLRINGER_WIKI' );
$directory = getenv( 'BELLRINGER_WIKI_DIRECTORY' );

$wgSitename = $wiki;
$wgLanguageCode = getenv( 'BELLRINGER_WIKI_LANGUAGE' );
$wgServer = 'http://127.0.0.1:' . getenv( 'BELLRINGER_WIKI_PORT' );
$wgScriptPath = '';
$wgArticlePath = '/wiki/$1';
$wgUsePathInfo = true;
$wgResourceBasePath = '';
$wgSecretKey = hash( 'sha256', $wiki );
$wgCachePrefix = $wiki;

$wgDBtype = 'sqlite';
$wgDBname = $wiki;
$wgDBserver = '';
$wgSQLiteDataDir = $directory;
$wgMainCacheType = CACHE_ACCEL;
$wgObjectCaches[CACHE_DB] = [
	'class' => SqlBagOStuff::class,
	'loggroup' => 'SQLBagOStuff',
	'server' => [
		'type' => 'sqlite', 'dbname' => 'wikicache', 'tablePrefix' => '', 'flags' => 0,
		'variables' => [ 'synchronous' => 'NORMAL' ], 'dbDirectory' => $directory,
		'trxMode' => 'IMMEDIATE',
	],
];
$wgLocalisationCacheConf['store'] = 'array';
$wgLocalisationCacheConf['storeDirectory'] = dirname( $directory ) . '/localisation';

// Nothing runs behind a request's back, and nothing slows a test down.
$wgJobRunRate = 0;
$wgPasswordAttemptThrottle = false;
$wgRateLimits = [];
$wgPasswordConfig['pbkdf2']['cost'] = '1000';
$wgEnableUploads = false;
$wgUseInstantCommons = false;
$wgPingback = false;
$wgEnableEmail = false;
$wgShowExceptionDetails = true;

// What a test switches while the wiki runs: read-only, rate limits, hooks that refuse.
foreach ( glob( "$directory/override-*.php" ) as $override ) {
	require $override;
}
