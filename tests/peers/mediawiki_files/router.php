<?php
// What a web server's rewrite rules would do, for PHP's own server.
$root = $_SERVER['DOCUMENT_ROOT'];
$path = parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH );
$entry = preg_match( '#^/(api|index|load|rest)\.php(/|$)#', $path, $found ) ? $found[1] : 'index';
if ( !$found && $path !== '/' && is_file( $root . $path ) ) {
	return false;
}
$_SERVER['SCRIPT_NAME'] = "/$entry.php";
$_SERVER['SCRIPT_FILENAME'] = "$root/$entry.php";
chdir( $root );
require "$root/$entry.php";
